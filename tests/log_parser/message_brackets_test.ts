import { assertEquals } from "@std/assert";
import { oneRow, type Row } from "./_normalize.ts";

const T = "2026-01-12 06:25:01,123";

function contextOf(row: Row): unknown {
  return (row["attributes"] as Row | undefined)?.["context"];
}

Deno.test("normalizeLog() leaves results, steps and lists in brackets in their message", async () => {
  for (const body of ["[OK] started", "[3/5] step", "[42%] done", "[1, 2, 3] are the ids"]) {
    const row = await oneRow(`${T} INFO ${body}`);
    assertEquals([row["body"], row["attributes"]], [body, undefined]);
  }
  const row = await oneRow(`${T} NOTICE  [sshd] Ban 192.0.2.1`);
  assertEquals([row["body"], contextOf(row)], ["Ban 192.0.2.1", "sshd"]);
});

Deno.test("normalizeLog() reads the logger before log4net's and log4j's stack of contexts", async () => {
  const cases = [
    [`${T} [7] ERROR MyApp.Program [(null)] - boom`, "MyApp.Program", "7", undefined],
    [`${T} [main] INFO com.acme.Foo [req 1] - boom`, "com.acme.Foo", "main", "req 1"],
  ] as const;
  for (const [line, logger, thread, context] of cases) {
    const row = await oneRow(line);
    assertEquals([row["logger"], row["thread_name"], row["body"], contextOf(row)], [
      ...[logger, thread, "boom", context],
    ]);
  }
  const { body, logger } = await oneRow(`${T} [main] INFO example.com [a] - boom`);
  assertEquals([body, logger], ["example.com [a] - boom", undefined]);
});

Deno.test("normalizeLog() reads the exception of a stack whose lines end with CR LF", async () => {
  const line = {
    ...{ "@t": "2026-01-12T06:25:01Z", "@mt": "Hello", "@l": "Error" },
    "@x": "System.InvalidOperationException: boom\r\n   at A.B()",
  };
  const { error_type, error_message } = await oneRow(JSON.stringify(line));
  assertEquals([error_type, error_message], ["System.InvalidOperationException", "boom"]);
});
