import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import { normalize } from "./_normalize.ts";

const FOLDER = "data/samples/logs";

type Refused = readonly [code: string, line: number | undefined];

/** File, detected format, records, continuation lines, reject codes by line. */
const EXPECTED: Readonly<
  Record<string, readonly [string, number, number, readonly Refused[]]>
> = {
  "app.log": ["app", 76, 32, [
    ["line-unrecognized", 1],
    ["line-unrecognized", 2],
    ["line-encoding", 3],
  ]],
  "gateway.log": ["rfc5424", 43, 0, []],
  "nginx-error.log": ["nginx_error", 32, 0, []],
  "scheduler.log": ["logfmt", 44, 0, [["line-malformed", 32]]],
  "syslog.log": ["rfc3164", 45, 0, []],
  "worker.jsonl": ["jsonl", 55, 0, [["line-malformed", 23], ["line-malformed", 43]]],
};

for (const [name, [format, records, continuation, rejects]] of Object.entries(EXPECTED)) {
  Deno.test({
    name: `normalizeLog() reads the sample ${name} by detection`,
    ignore: !granted("read"),
    async fn() {
      const bytes = Deno.readFileSync(`${FOLDER}/${name}`);
      const found = await normalize(bytes);
      assertEquals(found.summary.detection?.format, format);
      assertEquals([found.summary.records, found.summary.continuation], [records, continuation]);
      const refused = found.rejects.map(({ code, place }): Refused => [code, place.line]);
      assertEquals(refused, [...rejects]);
      assertEquals(found.summary.partial, 0);
    },
  });
}

Deno.test({
  name: "normalizeLog() is sure of the format of every sample and accounts for its lines",
  ignore: !granted("read"),
  async fn() {
    for (const { name, isFile } of Deno.readDirSync(FOLDER)) {
      if (!isFile) continue;
      const bytes = Deno.readFileSync(`${FOLDER}/${name}`);
      const { lines, records, detection } = (await normalize(bytes)).summary;
      assertEquals([name, lines], [name, bytes.filter((byte) => byte === 10).length]);
      assert((detection?.confidence ?? 0) > 0.9, name);
      assert(records > 0, name);
    }
  },
});
