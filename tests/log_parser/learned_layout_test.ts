import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

/** Lines that begin as no format of ours does; time, level, logger, pid, body of the first. */
const LAYOUTS:
  readonly (readonly [name: string, lines: readonly string[], first: readonly unknown[]])[] = [
    ["label, epoch, date, node, time, node, kind, component, level", [
      "- 1117838570 2005.06.03 R02-M1:J12 2005-06-03-15.42.50.363779 R02-M1:J12 RAS KERNEL INFO cache: corrected",
      "APPSEV 1117838571 2005.06.03 R02-M2:J12 2005-06-03-15.42.51.363779 R02-M2:J12 RAS APP FATAL no room",
    ], ["2005-06-03T22:42:50.000000Z", "INFO", "KERNEL", undefined, "cache: corrected"]],
    ["label, epoch, date, node, syslog", [
      "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed",
      "- 1131566462 2005.11.09 dn229 Nov 9 12:01:02 dn229/dn229 ntpd[7]: synchronized to 192.0.2.1",
    ], ["2005-11-09T20:01:01.000000Z", undefined, undefined, "2915", "session closed"]],
    ["number, node, component, state, epoch, flag", [
      "134681 node-246 unix.hw state.down 1077804742 1 Component State: down",
      "134682 node-7 unix.net link.up 1077804743 1 link is up",
    ], ["2004-02-26T14:12:22.000000Z", undefined, undefined, undefined, "Component State: down"]],
    ["columns between bars", [
      "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579",
      "20171223-22:15:30:6|Step_SPUtils|30002312|getTodayTotalDetailSteps|x",
    ], [
      "2017-12-23T22:15:29.606000Z",
      undefined,
      "Step_LSC",
      undefined,
      "onStandStepChanged 3579",
    ]],
    ["program and a dash", [
      "[01.10 16:49:06] chrome.exe - proxy.example.org:5070 open",
      "[01.10 16:49:07] chrome.exe *64 - proxy.example.org:5070 close - 0 bytes",
    ], [
      "2026-01-10T16:49:06.000000Z",
      undefined,
      "chrome.exe",
      undefined,
      "proxy.example.org:5070 open",
    ]],
    ["file name, time, pid, level, logger, request", [
      "nova-api.log.1 2017-05-16 00:00:00.008 25746 INFO nova.api.server [req-1 a - -] GET /v2",
      "nova-api.log.1 2017-05-16 00:00:00.009 25747 WARNING nova.image.cache [req-2 b - -] Unknown base",
    ], ["2017-05-16T00:00:00.008000Z", "INFO", "nova.api.server", "25746", "GET /v2"]],
  ];

for (const [name, lines, first] of LAYOUTS) {
  Deno.test(`normalizeLog() learns a layout from the file: ${name}`, async () => {
    const { rows, summary } = await normalize(`${lines.join("\n")}\n`.repeat(20));
    assertEquals([summary.records, summary.quarantined, summary.partial], [40, 0, 0]);
    const { timestamp, severity_text, logger, process_pid, body } = rows[0] ?? {};
    assertEquals([timestamp, severity_text, logger, process_pid, body], [...first]);
  });
}

Deno.test("normalizeLog() takes no word of a sentence for a level", async () => {
  const { rows } = await normalize(
    "2024-05-01 10:00:00 Error reading file\n2024-05-01 10:00:01 the ERROR flag\n",
  );
  assertEquals(rows.map((row) => [row.severity_number, row.body]), [
    [undefined, "Error reading file"],
    [undefined, "the ERROR flag"],
  ]);
});
