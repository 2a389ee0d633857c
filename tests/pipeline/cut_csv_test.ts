import { assertEquals, assertStringIncludes } from "@std/assert";
import { everyTest } from "../_sample.ts";
import { streamOf, worldTest } from "./_world.ts";

/** Serves bytes that no HTTP library would send: an answer as it is written here, then the end of the connection. */
function rawServer(answer: () => string): AsyncDisposable & { readonly url: string } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const served = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(65_536));
      await connection.write(new TextEncoder().encode(answer()));
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

const WHOLE = "id,name\n1,anna\n2,berta\n";

/** What says where a body ends. */
const FRAMED = {
  length: (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}`,
  connection: (body: string) => `\r\n${body}`,
  chunks: (body: string) =>
    `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
} as const;

for (
  const [name, packed, body, exit, written] of [
    ["a row whose connection ends", "connection", WHOLE.slice(0, -4), 1, 0],
    ["a row of too few fields whose connection ends", "connection", WHOLE.slice(0, -7), 1, 0],
    ["a header whose connection ends", "connection", WHOLE.slice(0, 5), 1, 0],
    ["a row of too few fields in chunks", "chunks", WHOLE.slice(0, -7), 1, 0],
    ["no row", "connection", WHOLE, 0, 2],
    ["no row, in chunks and without a last line break,", "chunks", WHOLE.trim(), 0, 2],
    ["no row, with a length and without a last line break,", "length", WHOLE.trim(), 0, 2],
  ] as const
) {
  worldTest(`a CSV body that is cut in ${name} ends with ${exit}`, async (world) => {
    await using server = rawServer(() =>
      `HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n${FRAMED[packed](body)}`
    );
    const run = await world.run({
      edit: (yaml) =>
        yaml.replace(/base_url: .*/, `base_url: ${server.url}`)
          .replace("path: /items", "path: /items\n        format: csv"),
    });
    const { outcome, written: rows } = streamOf(run, "shop.items");
    assertEquals([run.exit_code, outcome, rows], [
      exit,
      exit === 0 ? "complete" : "failed",
      written,
    ]);
    if (exit !== 0) assertStringIncludes(run.reasons.join(), "cut off");
  }, name === "a row whose connection ends" ? Deno.test : everyTest);
}
