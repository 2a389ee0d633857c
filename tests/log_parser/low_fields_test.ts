import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

async function first(text: string, options = {}) {
  return (await normalize(text, options)).rows[0] ?? {};
}

Deno.test("normalizeLog() takes a thread's name before its number, in whichever order they come", async () => {
  const time = `"time":"2026-01-12T06:25:01Z","level":"info","msg":"x"`;
  for (const fields of [`"threadId":7,"thread":"main"`, `"thread":"main","threadId":7`]) {
    const { thread_name, attributes } = await first(`{${time},${fields}}\n`);
    assertEquals([thread_name, attributes], ["main", { threadId: "7" }]);
  }
  const { thread_name } = await first(`time=2026-01-12T06:25:01Z level=info msg=x threadId=7\n`);
  assertEquals(thread_name, "7");
});

Deno.test("normalizeLog() keeps an id that is of no trace context among the attributes", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const read = async (id: string, span: string) => {
    const row = await first(
      `{"time":"2026-01-12T06:25:01Z","level":"info","msg":"x","trace_id":"${id}","span_id":"${span}"}\n`,
    );
    return [row.trace_id, row.span_id, row.attributes];
  };
  assertEquals(await read(trace, "00f067aa0ba902b7"), [trace, "00f067aa0ba902b7", undefined]);
  assertEquals(await read("463ac35c9f6413ad", "00f067aa0ba902b7"), [
    ...["463ac35c9f6413ad", "00f067aa0ba902b7", undefined],
  ]);
  for (const id of ["123", "abc", "0".repeat(32), "7c9e6679-7425-40de-944b-e07fc1f90ae7"]) {
    assertEquals(await read(id, "42"), [undefined, undefined, { trace_id: id, span_id: "42" }]);
  }
});

Deno.test("normalizeLog() keeps a quoted value with spaces whole behind an access line", async () => {
  const line =
    `203.0.113.9 - - [12/Jan/2026:06:25:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8" ` +
    `rt=0.400 urt="0.100, 0.300" ucs=200\n`;
  const { attributes, duration_ns } = await first(line);
  assertEquals([duration_ns, attributes], [400_000_000, { urt: "0.100, 0.300", ucs: "200" }]);
});

Deno.test("normalizeLog() reads a date that is the same in every order", async () => {
  const read = async (date: string) => (await first(`${date} 10:00:00 INFO x\n`)).timestamp;
  assertEquals(await read("05/05/2025"), "2025-05-05T10:00:00.000000Z");
  assertEquals([await read("05/06/2025"), await read("05/05/06")], [undefined, undefined]);
});
