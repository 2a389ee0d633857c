import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

async function first(text: string) {
  return (await normalize(text)).rows[0] ?? {};
}

const ZEEK = "#separator \\x09\n#path\thttp\n";
/** Logs whose host is the one that a request or a lease is of, and the name of its field. */
const OF_OTHERS: readonly (readonly [text: string, key: string, host: string])[] = [
  [
    `${ZEEK}#fields\tts\tuid\tmethod\thost\turi\tstatus_code\n1768199101.1\tC\tGET\texample.com\t/a\t404\n`,
    ...["host", "example.com"] as const,
  ],
  [
    `${ZEEK}#fields\tts\tuid\thost\turi\n1768199101.1\tC\texample.com\t/a\n`,
    ...["host", "example.com"] as const,
  ],
  [
    `#Fields: date time c-ip host cs-uri-stem\n2026-01-12 06:25:01 10.0.0.5 example.com /a\n`,
    ...["host", "example.com"] as const,
  ],
  [
    `{"ts":1768199101.1,"uid":"C","id.orig_h":"203.0.113.9","id.orig_p":50000,"id.resp_h":"192.0.2.1","host":"example.com"}\n`,
    ...["host", "example.com"] as const,
  ],
  [
    "ID,Date,Time,Description,IP Address,Host Name,MAC Address\n" +
    "10,01/13/26,03:04:05,Assign,10.0.0.5,laptop7,AABBCCDDEEFF\n",
    ...["Host Name", "laptop7"] as const,
  ],
  [
    "ID,Date,Time,Description,IP Address,Host Name\n10,01/13/26,03:04:05,Assign,10.0.0.5,laptop7\n",
    ...["Host Name", "laptop7"] as const,
  ],
  [
    "timestamp,hostname,mac_address,event\n2026-01-12T06:25:01Z,laptop7,aa:bb:cc:dd:ee:ff,lease\n",
    ...["hostname", "laptop7"] as const,
  ],
];

Deno.test("normalizeLog() takes the host of a request or a lease for no machine that wrote the line", async () => {
  for (const [text, key, host] of OF_OTHERS) {
    const { host_name, attributes } = await first(text);
    const value = (attributes as Record<string, string>)[key];
    assertEquals([text, host_name, value], [text, undefined, host]);
  }
  const own = "timestamp,level,hostname,message\n2026-01-12T06:25:01Z,info,web1,up\n";
  assertEquals((await first(own)).host_name, "web1");
});

Deno.test("normalizeLog() reads facility and severity as AIX writes them", async () => {
  const written = [
    ...["daemon:err|error 3 17 err", "auth|security:info 4 9 info", "kern:emerg|panic 0 21 emerg"],
    ...["local0:warn|warning 16 13 warn", "user:notice 1 10 notice", "mail:debug 2 5 debug"],
  ];
  for (const row of written) {
    const [words, facility, number, severity] = row.split(" ");
    for (const host of ["host1 ", ""]) {
      const record = await first(`Jan 12 06:25:01 ${host}${words} sshd[42]: boom\n`);
      const { syslog_facility, severity_number, severity_text, host_name, service_name } = record;
      assertEquals([syslog_facility, severity_number, severity_text], [
        ...[Number(facility), Number(number), severity],
      ]);
      assertEquals([host_name ?? "", service_name, record.process_pid, record.body], [
        ...[host.trim(), "sshd", "42", "boom"],
      ]);
    }
  }
});

Deno.test("normalizeLog() takes strongSwan's subsystem for no process", async () => {
  const row = await first("Jan 12 06:25:01 06[IKE] boom\n");
  assertEquals([row.service_name, row.process_pid, row.thread_name, row.logger, row.body], [
    ...[undefined, undefined, "06", "IKE", "boom"],
  ]);
});

Deno.test("normalizeLog() takes nothing of a text behind Ansible's and Chromium's headers for their own", async () => {
  const ansible = await first(
    "2026-01-12 06:25:01,123 p=42 u=root n=ansible | fatal: [h]: FAILED! => {}\n",
  );
  assertEquals([ansible.severity_number, ansible.body], [undefined, "fatal: [h]: FAILED! => {}"]);
  for (const fraction of ["123", "123456"]) {
    const { severity_number, body } = await first(
      `[42:43:0112/062501.${fraction}:ERROR:gpu.cc(42)] boom\n`,
    );
    assertEquals([severity_number, body], [17, "boom"]);
  }
});
