import { everyTest } from "../_sample.ts";
import { assert, assertEquals } from "@std/assert";
import {
  ACCESS_LOG,
  buildAccessLog,
  LOG_FILES,
  readFolder,
  SAMPLES_FOLDER,
} from "../../tools/build_samples.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read");

/** What begins an event, in each hand-made log. Written apart from lib/log_parser, so that neither proves itself. */
const HEADERS: Readonly<Record<(typeof LOG_FILES)[number]["path"], RegExp>> = {
  "app.log": /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ \[[^\]]+\] \S+ - /,
  "gateway.log": /^<\d{1,3}>1 (?:\S+ ){5}(?:-|(?:\[(?:[^\]\\]|\\.)*\])+)(?: |$)/,
  "nginx-error.log": /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: /,
  "scheduler.log": /^(?:[a-z_]+(?:=(?:[^" ]*|"(?:[^"\\]|\\.)*"))?(?: |$))+$/,
  "syslog.log": /^(?:<\d+>)?\*?(?:[A-Za-z]{3} [ \d]\d (?:2026 )?\d\d:\d\d:\d\d|2026-11-03T\S+)/,
  "worker.jsonl": /^\{.*\}$/,
};

for (const log of LOG_FILES) {
  Deno.test({
    name:
      `logs/${log.path} holds the events, continuation, broken and blank lines that the README counts`,
    ignore,
    async fn() {
      const lines = await readLines(log.path);
      const isEvent = (line: string) =>
        HEADERS[log.path].test(line) && !isBrokenJson(log.path, line);
      const counts = { events: 0, continuation: 0, broken: 0, blank: 0 };
      for (const line of lines) {
        if (isEvent(line)) counts.events++;
        // Only the application log has events of several lines; before its first event nothing can be continued.
        else if (log.path === "app.log" && counts.events > 0) counts.continuation++;
        else if (line === "") counts.blank++;
        else counts.broken++;
      }
      const { events, continuation, broken, blank } = log;
      assertEquals(counts, { events, continuation, broken, blank });
    },
  });
}

Deno.test({
  name: "the logs name no address outside the ranges for documentation",
  ignore,
  async fn() {
    for (const { path } of [ACCESS_LOG, ...LOG_FILES]) {
      const text = (await readLines(path)).join("\n");
      const ipv4 = text.match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g) ?? [];
      const foreign = ipv4.filter((ip) => !/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./.test(ip));
      assertEquals(foreign, [], path);
      const ipv6 = text.match(/\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f]+/g) ?? [];
      assert(ipv6.every((ip) => ip.startsWith("2001:db8:")), path);
    }
  },
});

Deno.test({
  name: "logs/app.log starts as a rotated file and has a blank line inside a stack trace",
  ignore,
  async fn() {
    const bytes = await Deno.readFile(`${SAMPLES_FOLDER}/logs/app.log`);
    assert(bytes.includes(0) && bytes.includes(0xff));
    const lines = await readLines("app.log");
    const blank = lines.indexOf("");
    assert(lines[blank - 1]?.startsWith("Caused by: "));
    assert(lines[blank + 1]?.startsWith("\tat "));
    assertEquals(lines.filter((line) => line.startsWith("Caused by: ")).length, 3);
    assertEquals(lines.filter((line) => / (?:ERROR|FATAL) \[/.test(line)).length, 5);
  },
});

Deno.test({
  name: "logs/worker.jsonl holds integers that a double cannot",
  ignore,
  async fn() {
    const digits = (await readLines("worker.jsonl")).join("\n").match(/(?<=:)\d{16,}(?=[,}])/g) ??
      [];
    assertEquals(digits.filter((number) => String(Number(number)) !== number), [
      "9007199254740993",
      "1853020811223302144",
      "9223372036854775807",
      "1853020811223302145",
    ]);
  },
});

Deno.test({
  name: "data/samples/logs holds only logs that the README describes",
  ignore,
  async fn() {
    const known = new Set<string>([...LOG_FILES.map((log) => log.path), ACCESS_LOG.path]);
    const found = [...(await readFolder(`${SAMPLES_FOLDER}/logs`)).keys()];
    assertEquals(found.filter((path) => !known.has(path)), []);
  },
});

everyTest({
  name: "logs/access.log is what the sandbox writes today; if not, run tools/build_samples.ts",
  ignore,
  async fn() {
    const committed = await Deno.readTextFile(`${SAMPLES_FOLDER}/logs/access.log`);
    const built = new TextDecoder().decode(await buildAccessLog());
    assertEquals(built.split("\n", 5), committed.split("\n", 5));
    // A whole diff of 1,900 lines would help nobody.
    assert(built === committed, "lines after the fifth differ");
  },
});

Deno.test({
  name: "logs/access.log holds an event in every line, in combined format",
  ignore,
  async fn() {
    const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
    const combined = new RegExp(
      String
        .raw`^[0-9a-f:.]+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+]0000\] ${quoted} \d{3} (?:\d+|-) ${quoted} ${quoted} \d+ \S+$`,
    );
    assertEquals((await readLines("access.log")).filter((line) => !combined.test(line)), []);
  },
});

/** Lines of a log, without the empty string behind the last line end. */
async function readLines(path: string): Promise<string[]> {
  const bytes = await Deno.readFile(`${SAMPLES_FOLDER}/logs/${path}`);
  return new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n");
}

function isBrokenJson(path: string, line: string): boolean {
  if (path !== "worker.jsonl") return false;
  try {
    JSON.parse(line);
    return false;
  } catch {
    // The question is whether it parses; why it does not is of no interest here.
    return true;
  }
}
