import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

/** What stands behind the time, and its level, logger, thread, process, attributes and message. */
const HEADS: readonly (readonly [text: string, want: readonly unknown[]])[] = [
  ["pid=5 level=ERROR order % saved", [
    ...["ERROR", undefined, undefined, "5"],
    ...[undefined, "order % saved"],
  ]],
  ["level=info thread=worker-1 order % is saved", [
    ...["info", undefined, "worker-1", undefined],
    ...[undefined, "order % is saved"],
  ]],
  ["logger=a.b lvl=WARN tid=7 order % saved", [
    ...["WARN", "a.b", undefined, undefined],
    ...[undefined, "tid=7 order % saved"],
  ]],
  ["shard=3 level=WARN user=% has logged in", [
    ...["WARN", undefined, undefined, undefined],
    ...[{ shard: "3" }, "user=% has logged in"],
  ]],
  ["ERROR(20) order % saved", [
    ...["ERROR", undefined, undefined, undefined],
    ...[{ level_number: "20" }, "order % saved"],
  ]],
  ["level=high order % saved", [
    ...[undefined, undefined, undefined, undefined],
    ...[undefined, "level=high order % saved"],
  ]],
];

for (const [text, want] of HEADS) {
  Deno.test(`normalizeLog() reads a header by its names: ${text}`, async () => {
    for (const count of [1, 8, 200]) {
      const lines = Array.from(
        { length: count },
        (_, i) => `2026-10-01 10:00:00 ${text.replace("%", String(i))}\n`,
      );
      const { rows } = await normalize(lines.join(""));
      for (const [i, row] of rows.entries()) {
        const { severity_text, logger, thread_name, process_pid, attributes, body } = row;
        assertEquals(
          [severity_text, logger, thread_name, process_pid, attributes, body],
          want.map((one) => typeof one === "string" ? one.replace("%", String(i)) : one),
        );
      }
      assertEquals(rows.length, count);
    }
  });
}

Deno.test("normalizeLog() reads logfmt behind a time as logfmt", async () => {
  const { rows } = await normalize(
    '2026-10-01 10:00:00 level=error pid=7 retry msg="order 5 saved" user=5\n'.repeat(30),
  );
  const { severity_text, process_pid, body, user_name } = rows[0] ?? {};
  assertEquals([severity_text, process_pid, body, user_name], ["error", "7", "order 5 saved", "5"]);
});
