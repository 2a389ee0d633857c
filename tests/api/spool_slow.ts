import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write", "net", "run");

/** Records of one body; each is about 140 bytes. */
const RECORDS = 3_000_000;
const CHUNK = 10_000;
/** Deno itself takes 60-100 MB; the rest must not grow with the body. */
const MAX_MEMORY = 250e6;

const FORMS = {
  json: { type: "application/json", before: '{"meta":{"v":1},"data":[', after: '],"next":null}' },
  jsonl: { type: "application/x-ndjson", before: "", after: "" },
  csv: { type: "text/csv", before: "id,name,text\n", after: "" },
} as const;

type Form = keyof typeof FORMS;

function row(form: Form, id: number): string {
  const text = "the quick brown fox jumps over the lazy dog ".repeat(2);
  if (form === "csv") return `${id},"row ${id}, quoted",${text}\n`;
  const json = JSON.stringify({ id, name: `row ${id}, é`, text });
  return form === "jsonl" ? `${json}\n` : id === 1 ? json : `,${json}`;
}

/** Streams a body of some hundred megabytes without ever holding it. */
function largeBody(form: Form): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let next = 1;
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(FORMS[form].before)),
    pull(controller) {
      if (next > RECORDS) {
        controller.enqueue(encoder.encode(FORMS[form].after));
        controller.close();
        return;
      }
      let text = "";
      for (const end = next + CHUNK; next < end; next++) text += row(form, next);
      controller.enqueue(encoder.encode(text));
    },
  });
}

for (const form of Object.keys(FORMS) as Form[]) {
  Deno.test({ name: `pages() needs no memory for a large body of ${form}`, ignore }, async () => {
    const folder = await Deno.makeTempDir();
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response(largeBody(form), { headers: { "content-type": FORMS[form].type } }),
    );
    try {
      const { stdout, stderr, success } = await new Deno.Command("deno", {
        args: [
          "run",
          "--no-prompt",
          "--allow-net=127.0.0.1",
          `--allow-read=${folder}`,
          `--allow-write=${folder}`,
          new URL("./_spool_client.ts", import.meta.url).pathname,
          `http://127.0.0.1:${server.addr.port}`,
          folder,
          form,
        ],
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const seen = JSON.parse(new TextDecoder().decode(stdout));
      assertEquals([seen.records, seen.sum], [RECORDS, RECORDS * (RECORDS + 1) / 2]);
      assert(seen.bytes > 300e6, `${seen.bytes} bytes`);
      assert(seen.peakBytes < MAX_MEMORY, `${seen.peakBytes} of ${MAX_MEMORY} bytes`);
      assertEquals([...Deno.readDirSync(folder)], []);
    } finally {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
