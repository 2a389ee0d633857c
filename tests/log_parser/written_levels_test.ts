import { assertEquals } from "@std/assert";
import { sample } from "../_sample.ts";
import { normalize } from "./_normalize.ts";

/**
 * Lines of programs as they write them: `%` is a digit that changes, `LEVEL` one of the levels that follow.
 */
const LINES: readonly (readonly [line: string, levels: string])[] = [
  ["2026-01-10 10:00:0%,123 - synapse.http.server - 32% - LEVEL - GET-4% - ", "INFO ERROR WARNING"],
  ["10:00:01.12% request_id=Fabc% [LEVEL] ", "error info debug"],
  ["2026-01-10 10:00:01.12% request_id=F% user=7 [LEVEL] ", "error info warning"],
  ["[176803920%] unbound[1:0] LEVEL: ", "error info notice"],
  ["Jan 10 10:00:0%.123 [LEVEL] ", "notice warn err"],
  [
    "- 111783857% 2005.06.03 R02-M1:J12 2005-06-03-15.42.5%.363779 R02-M1:J12 RAS APP LEVEL ",
    "INFO FATAL",
  ],
  ["[2026-01-10 10:00:00.12%] nsd[42]: LEVEL: ", "notice warning error"],
  ["Jan 10 10:00:0% imap-login: LEVEL: ", "Info Error Warning"],
  ["2026-01-10 10:00:0% auth: LEVEL: ", "Info Error Warning"],
  ["2026-01-10T10:00:0%Z LEVEL! [inputs.cpu] ", "I E W"],
  ["2026-01-10 10:00:00,12% p=1 u=root n=ansible LEVEL| ", "INFO ERROR"],
  ["[2026-01-10 10:00:0% +0000] LEVEL/ApiListener: ", "warning information critical"],
  ["Jan 10 10:00:0%.123 LEVEL ", "INFO WARN ERROR"],
  ["[2026-01-10][10:00:0%][my_crate][LEVEL] ", "INFO WARN"],
  ["[Nest] 432%  - 01/27/2025, 10:00:0% AM     LEVEL [NestFactory] ", "LOG ERROR WARN"],
  ["[1/27/25 10:00:00:12% UTC] 0000001% ComponentMeta LEVEL   ", "I W E"],
  ["Jan 10 10:00:0% h NetworkManager[7]: <LEVEL>  ", "info warn"],
  ["[2026.01.10-10.00.0%:123][  %]LogNet: LEVEL: ", "Warning Error"],
  ["[2026-01-10 10:00:0%] LEVEL[123%]: chan_sip.c:123 handle: ", "WARNING ERROR NOTICE"],
  ["2026-01-10 10:00:00.12345% 99.9% [LEVEL] sofia.c:123 ", "WARNING ERR DEBUG"],
  ["Sat Jan 10 10:00:0% 2026 -> LEVEL: ", "ERROR WARNING"],
  ["2026/01/10 10:00:0% ossec-remoted: LEVEL: ", "ERROR INFO WARNING"],
  ["[2026-01-10 10:00:00.12345% +0000] LEVEL [MSGID: 12%] [file.c:12:func] 0-vol: ", "E W I"],
  ["LEVEL[2026-01-10|10:00:00.12%] ", "I E D"],
  ["[10:00:0%][LEVEL][sensor:123]: ", "W D I"],
  ["LEVEL (123%) wifi: ", "W I E"],
  ["[00:00:0%.234,000] <LEVEL> net: ", "wrn inf err"],
  ["[2026-01-10 10:00:00.12% 432%M] LEVEL: ", "WARNING INFO ERR"],
  ["2026-01-10T10:00:00.12%Z cpu0:123%)LEVEL: NMP: ", "WARNING ALERT"],
  ["2026-01-10 10:00:00.12%+0000: 123%: LEVEL : func:12 : ", "error warning info"],
  ["2026-01-10T10:00:00.12%Z|0000%|vlog|LEVEL|", "INFO WARN ERR"],
  ["Jan 10 10:00:0% h krb5kdc[1234](LEVEL): ", "info Error"],
  ["2026-01-10 10:00:00.12% P0%   LEVEL: ", "INFO WARN ERROR"],
  ["2026-01-10 10:00:0% file.cpp:12:func(): [LEVEL] ", "ERROR INFO WARNING"],
  ["Jan 10 2026 10:00:0% GMT: LEVEL (tls): (tls.c:12) ", "WARNING INFO CRITICAL"],
  ["2026-01-10T10:00:00.12345678% 12.34%s LEVEL: ", "notice warn error info"],
  ["2026/01/10 10:00:0% modules/x/y.go:12:func() [LEVEL] ", "W I E"],
  ["LEVEL  | jvm 1    | 2026/01/10 10:00:0% | ", "INFO ERROR STATUS"],
  ["[2026-01-10 10:00:00,12%] host1/LEVEL/locust.main: ", "INFO WARNING ERROR"],
  ["Jan 10 10:00:0% c2s12345%\tLEVEL\t", "info error debug"],
  ["%: (12%): LEVEL: ", "INFO ERROR"],
  ["10.01.2026 10:00:00.12% *LEVEL* [main] com.day.X ", "INFO WARN ERROR"],
  ["Jan 10 10:00:0% h app[7]: [LEVEL] ", "INFO WARN"],
  ["Jan 10 10:00:0% h LEVEL: ", "ERROR INFO"],
  ["2026-01-10 10:00:0% system,LEVEL,account ", "info error critical"],
  ["jan/10/2026 10:00:0% dhcp,LEVEL ", "info warning debug"],
];

/** Texts that a line of a program ends with. */
const MESSAGES = ["table orders: 17 rows", "failed to bind: address in use", "404 not found"];

Deno.test("normalizeLog() reads the level where programs write it, of two lines as of many", async () => {
  for (const [line, list] of sample(LINES, 8)) {
    const levels = list.split(" ");
    for (const count of [2, 30]) {
      const lines = Array.from({ length: count }, (_, i) => {
        const level = levels[i % levels.length] ?? "";
        return line.replaceAll("%", String(i % 7 + 1)).replace("LEVEL", level) +
          MESSAGES[i % MESSAGES.length];
      });
      const { rows, rejects } = await normalize(lines.join("\n") + "\n");
      assertEquals([line, count, rejects.length, rows.map((row) => row.severity_text)], [
        ...[line, count, 0, lines.map((_, i) => levels[i % levels.length])],
      ]);
      assertEquals(rows.filter((row) => row.severity_number === undefined), []);
      const rest = rows.filter((row, i) =>
        !String(row.body).endsWith(MESSAGES[i % MESSAGES.length] ?? "")
      );
      assertEquals([line, rest], [line, []]);
    }
  }
});

Deno.test("normalizeLog() takes no word of a text for a level, in a file of one line", async () => {
  const texts = [
    "read error: broken pipe",
    "TypeError: Error: x is no function",
    "open config.yaml ERROR page shown",
    "GET /a [error] page",
    "the [warn] flag is set",
    "retry 3 of 5 after error",
    "Caused by: error: x",
    "disk sda1 info",
  ];
  for (const text of texts) {
    const { rows } = await normalize(`2026-01-10 10:00:00 ${text}\n`);
    assertEquals([rows[0]?.severity_text, rows[0]?.body], [undefined, text]);
  }
});

/** Texts of programs without levels; `%` is a number that changes, `WORD` one of the words that follow. */
const WITHOUT: readonly (readonly [line: string, words: string])[] = [
  ["client @0x7f% 203.0.113.9#53 (example.com): query: example.com IN WORD + (203.0.113.%)", "A"],
  ["client @0x7f% 203.0.113.9#53 (example.com): query: example.com IN WORD + (203.0.113.%)", "A C"],
  ["host% WORD 203.0.113.%", "A"],
  ["sensor% WORD 2%.0 C", "E"],
  ["bus-7 WORD 50.% 8.%", "N E W"],
  ["WORD 203.0.113.%", "A F D"],
  ["[WORD] 7%.0", "F"],
  ["[WORD] 7%.0", "F C"],
  ["WORD src/file%.txt", "A D"],
  ["system,WORD,x user % logged in", "account"],
  ["WORD-handler % started", "error"],
  ["WORD,disk,% full", "error warn"],
  ["WORD cache % was rebuilt", "system"],
  ["WORD % is in place", "alert"],
  ["WORD of node % was read", "config"],
  ["WORD % rotated", "log"],
  ["WORD % of node 7", "failure success"],
  ["- WORD STATS: Time:1.% Method:cmd.php", "SYSTEM"],
  ["id: <x%>, from: <a@b>, (default: WORD (no action): [1.%/15.00] [])", "F"],
];

Deno.test("normalizeLog() takes no letter and no word of all lines for a level", async () => {
  for (const [line, list] of WITHOUT) {
    const words = list.split(" ");
    const texts = Array.from(
      { length: 30 },
      (_, i) => line.replaceAll("%", String(i)).replace("WORD", words[i % words.length] ?? ""),
    );
    const { rows } = await normalize(
      texts.map((text) => `2026-01-10 10:00:00 ${text}\n`).join(""),
    );
    const levels = rows.flatMap(({ severity_text }) => severity_text ?? []);
    assertEquals([line, rows.length, levels], [line, 30, []]);
  }
});

Deno.test("normalizeLog() reads levels that stand where other lines have another word", async () => {
  const words = ["Info", "Auth", "Error", "Proxy"];
  const lines = Array.from(
    { length: 40 },
    (_, i) => `Sat Jan 10 10:00:00 2026 : ${words[i % 4]}: login of ${i} from cli\n`,
  );
  const { rows } = await normalize(lines.join(""));
  assertEquals(rows.slice(0, 4).map((row) => [row.severity_text, row.body]), [
    ["Info", "login of 0 from cli"],
    [undefined, "login of 1 from cli"],
    ["Error", "login of 2 from cli"],
    [undefined, "login of 3 from cli"],
  ]);
});

Deno.test("normalizeLog() reads levels of JSON under the names that servers give them", async () => {
  const lines = [
    '{"timestamp":"2026-01-10 10:00:00.123 UTC","user":"app","error_severity":"ERROR","message":"m"}',
    '{"@level":"error","@message":"m","@module":"agent","@timestamp":"2026-01-10T10:00:00.123456Z"}',
    '{"prio":1,"err_symbol":"ER_X","msg":"m","time":"2026-01-10T10:00:00.123456Z","label":"Error"}',
  ];
  const { rows } = await normalize(lines.join("\n") + "\n");
  assertEquals(rows.map((row) => [row.severity_number, row.body]), [
    [17, "m"],
    [17, "m"],
    [17, "m"],
  ]);
  assertEquals([rows[0]?.user_name, rows[1]?.logger], ["app", "agent"]);
});
