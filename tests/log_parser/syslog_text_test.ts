import { assertEquals } from "@std/assert";
import { normalize, oneRow } from "./_normalize.ts";

Deno.test("normalizeLog() reads the host of a message that AIX forwards, and one that is an address", async () => {
  const cases = [
    ["Message forwarded from cdaix66: sshd[679960]: Accepted", {
      ...{ host_name: "cdaix66", service_name: "sshd", process_pid: "679960", body: "Accepted" },
      attributes: undefined,
    }],
    ["relay1 Message forwarded from cdaix66: sshd: Accepted", {
      ...{ host_name: "cdaix66", service_name: "sshd", process_pid: undefined, body: "Accepted" },
      attributes: { relay: "relay1" },
    }],
    ["0002:: prg0: msgtxt", {
      ...{ host_name: "0002::", service_name: "prg0", process_pid: undefined, body: "msgtxt" },
      attributes: undefined,
    }],
    // A tag may look like hexadecimal digits.
    ["dead: x", {
      ...{ host_name: undefined, service_name: "dead", process_pid: undefined, body: "x" },
      attributes: undefined,
    }],
    ["1234: x", {
      ...{ host_name: undefined, service_name: "1234", process_pid: undefined, body: "x" },
      attributes: undefined,
    }],
  ] as const;
  for (const [rest, want] of cases) {
    const row = await oneRow(`<38>Sep 22 10:11:56 ${rest}`);
    const { host_name, service_name, process_pid, body, attributes } = row;
    assertEquals([rest, { host_name, service_name, process_pid, body, attributes }], [rest, want]);
  }
});

Deno.test("normalizeLog() joins lines between two headers of RFC 5424 to the event above, whatever their share", async () => {
  const header = (text: string) => `<16>1 2026-01-12T10:00:00Z h app - - - ${text}`;
  for (const plain of [0, 100]) {
    const lines = [...Array.from({ length: plain }, () => header("x")), header("Hi,"), "from", ""];
    const log = [...lines, "syslog!", header("next"), "<34> no time", "tail"].join("\n");
    const { rows, rejects, summary } = await normalize(`${log}\n`);
    assertEquals(rows.slice(plain).map(({ body }) => body), ["Hi,\nfrom\n\nsyslog!", "next"]);
    assertEquals(summary.continuation, 3);
    // What has a priority is a message of its own, and broken; what follows belongs to it.
    assertEquals(rejects.map(({ raw }) => new TextDecoder().decode(raw)), ["<34> no time", "tail"]);
  }
});
