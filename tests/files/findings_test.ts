import { assertEquals, assertThrows } from "@std/assert";
import { DataError, ERROR_CODES, type ErrorCodeInfo } from "../../lib/errors/mod.ts";
import { FindingReport, rejectedFile } from "../../lib/files/mod.ts";

Deno.test("ERROR_CODES gives every finding a severity, and only to DataError", () => {
  for (const [code, info] of Object.entries<ErrorCodeInfo>(ERROR_CODES)) {
    if (info.severity !== undefined) assertEquals([code, info.family], [code, "DataError"]);
    // A file that changes is no verdict: it waits for the next run.
    const expected = /^(file|row|line)-/.test(code) && code !== "file-changed";
    if (expected) assertEquals([code, info.severity === undefined], [code, false]);
  }
  assertEquals("severity" in ERROR_CODES["file-changed"], false);
});

Deno.test("FindingReport.file() throws DataError with code, path and place", () => {
  const report = new FindingReport("in/a.csv", { onReject: () => {} });
  const error = assertThrows(
    () => report.file("file-nul", "byte 6 is NUL", { byteOffset: 6 }),
    DataError,
    'Cannot prepare "in/a.csv": byte 6 is NUL',
  );
  assertEquals([error.code, error.transient], ["file-nul", false]);
  assertEquals(error.context, { path: "in/a.csv", byteOffset: 6 });
});

Deno.test("a message has a bounded length, whatever it quotes", () => {
  const messages: string[] = [];
  const report = new FindingReport("a.csv", {
    onReject: ({ message }) => messages.push(message),
  });
  const message = `header is "${"c".repeat(900_000)}", expected "id"`;
  report.row({ code: "row-columns", message, place: {}, raw: new Uint8Array() });
  messages.push(report.findings[0]?.message ?? "");
  messages.push(assertThrows(() => report.file("file-header", message), DataError).message);
  for (const bounded of messages) {
    assertEquals([bounded.length < 4100, bounded.endsWith('expected "id"')], [true, true]);
  }
});

Deno.test("FindingReport.row() passes the reject on with its severity and path", () => {
  const rejects: unknown[] = [];
  const report = new FindingReport("a.csv", { onReject: (reject) => rejects.push(reject) });
  const raw = Uint8Array.of(1);
  const row = { code: "row-quote", message: "a quote is not closed", raw } as const;
  report.row({ ...row, place: { line: 3 } });
  assertEquals(rejects, [{
    code: "row-quote",
    severity: "reject-row",
    message: "a quote is not closed",
    place: { line: 3, source: "a.csv" },
    raw,
  }]);
});

Deno.test("rejectedFile() keeps the cause and names what could not be done", () => {
  const cause = new Error("x");
  const error = rejectedFile({
    code: "file-corrupt",
    message: "it ends too early",
    place: { source: "a.gz" },
  }, { verb: "decompress", cause });
  assertEquals(error.message, 'Cannot decompress "a.gz": it ends too early');
  assertEquals(error.cause, cause);
});

Deno.test("FindingReport.find() counts by code, keeps the first place, and rejects as it is told", () => {
  const report = new FindingReport("a.csv", {
    onReject: () => {},
    verdicts: { "file-header-order": "reject-file" },
  });
  report.find("row-line-end", "first", { line: 2 });
  report.find("row-line-end", "second", { line: 5 });
  assertEquals(report.findings, [{
    code: "row-line-end",
    severity: "accept",
    message: "first",
    place: { line: 2, source: "a.csv" },
    count: 2,
  }]);
  assertThrows(() => report.find("file-header-order", "another order"), DataError, "another order");
});

Deno.test("ERROR_CODES names no verdict twice for a finding", () => {
  for (const [code, { severity, may = [] }] of Object.entries<ErrorCodeInfo>(ERROR_CODES)) {
    const all = [severity, ...may];
    assertEquals([code, new Set(all).size], [code, all.length]);
  }
});
