import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

Deno.test("normalizeLog() reads traces of Dart and PHP that stand alone as one event", async () => {
  for (
    const lines of [
      ["Unhandled exception:", "Bad state: oops", "#0      a (file:///a.dart:1:2)"],
      ["Unhandled exception:", "Instance of 'MyError'", "#0      a (file:///a.dart:1:2)"],
      [
        ...["Unhandled exception:", "Bad state: oops", "#0      a (file:///a.dart:1:2)"],
        ...["<asynchronous suspension>", "#1      b (file:///a.dart:3:4)"],
      ],
      ["exception 'Exception' with message 'Custom' in /a.php:5", "Stack trace:", "#0 {main}"],
    ]
  ) {
    const { rows, summary } = await normalize(`${lines.join("\n")}\n`);
    assertEquals([rows.length, summary.quarantined, rows[0]?.line_count], [
      ...[1, 0, lines.length],
    ]);
  }
});

Deno.test("normalizeLog() takes a cut line of RFC 5424 for no other syslog", async () => {
  const cut = ["<1>1", "<1>5 A", "<2>12 -", "<1>3a", "<101>125 2013", "<102>abc 2018-11-22"];
  for (const line of cut) {
    const { rows, rejects } = await normalize(`${line}\n`);
    assertEquals([line, rows.length, rejects.length], [line, 0, 1]);
  }
});
