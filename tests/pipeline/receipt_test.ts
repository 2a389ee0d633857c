import { assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import { StorageError } from "../../lib/errors/mod.ts";
import { writeReceipt } from "../../lib/pipeline/receipt_process.ts";
import { AccessCounts } from "../../lib/pipeline/receipt.ts";

const RUN = "01M8BMFR9QQGGDTCW8NMYAT2P8";
const END = { at: "2026-11-26T00:00:00Z", exitCode: 0, before: undefined };

function counts(): AccessCounts {
  return new AccessCounts({
    net: ["api.example.com:443", "[::1]:8000"],
    read: ["/in", "/lake", "/logs", "/audit.db"],
    write: ["/lake", "/logs", "/audit.db"],
    env: ["TOKEN"],
  }, { logFolder: "/logs", mask: (text) => text.replaceAll("s3cr3t", "***") });
}

const PLACES = [
  ["read", "/in/a/b.csv", "/in"],
  ["read", "/in", "/in"],
  ["read", "/inbox/a.csv", undefined],
  ["read", "/in/../etc/passwd", undefined],
  ["write", "/in/a.csv", undefined],
  ["write", "/lake/raw/x", "/lake"],
  ["net", "https://api.example.com/items?token=s3cr3t", "api.example.com:443"],
  ["net", "api.example.com:443", "api.example.com:443"],
  ["net", "http://api.example.com/", undefined],
  ["net", "http://[::1]:8000/x", "[::1]:8000"],
  ["env", "TOKEN", "TOKEN"],
  ["env", "TOKENS", undefined],
  ["import", "api.example.com:443", undefined],
  ["sys", "hostname", undefined],
] as const;

for (const [permission, value, place] of PLACES) {
  Deno.test(`AccessCounts.add() takes ${permission} of ${value} for ${place ?? "refused"}`, () => {
    const added = counts();
    added.add(permission, value);
    const { touched, refused } = added.receipt(RUN, END);
    assertEquals(touched.map((one) => one.place), place === undefined ? [] : [place]);
    assertEquals(refused.length, place === undefined ? 1 : 0);
  });
}

Deno.test("AccessCounts.addLine() counts as add() does, whatever line came before", () => {
  const names = [
    "a",
    "b",
    ".",
    "..",
    ".x",
    "a/b",
    "c\\d",
    'e"f',
    "é",
    "..csv",
    "",
    "logs",
    "logs/a",
  ];
  const folders = ["/in/", "/in/x/", "/in/x/../../etc/", "/one/", "/one/x/", "/etc/", "", "./"];
  const paths = folders.flatMap((folder) => names.map((name) => folder + name));
  const others = ["/one/a.yaml", "/one/x/../a.yaml", "/logs/", "/logs/a", `/logs/${RUN}.jsonl`];
  const accesses = [...paths, ...others, ...paths, ...paths.reverse()].flatMap((value) =>
    ["read", "write", "net", "ffi"].map((permission) => ({ permission, value }))
  );
  const planned = {
    ...{ net: [], env: [] },
    ...{ read: ["/in", "/in/logs", "/one/a.yaml", "/logs"], write: ["/in", "/logs"] },
  };
  const [one, other] = [0, 1].map(() =>
    new AccessCounts(planned, { logFolder: "/logs", mask: (text) => text })
  );
  for (const access of accesses) {
    one?.add(access.permission, access.value);
    other?.addLine(JSON.stringify({ v: 1, datetime: "2026-11-28T14:40:35Z", ...access }));
  }
  assertEquals(other?.receipt(RUN, END), one?.receipt(RUN, END));
  assertEquals(other?.runId, RUN);
});

Deno.test("AccessCounts.add() takes each path of a folder for itself, whatever came before it", () => {
  const planned = { net: [], read: ["/in", "/in/logs", "/one/a.yaml"], write: [], env: [] };
  const added = new AccessCounts(planned, { logFolder: "/logs", mask: (text) => text });
  const paths = [
    ...["/in/x/a", "/in/x/b", "/in/x/..", "/in/x/../../etc", "/in/x/."],
    ...["/in/a", "/in/logs", "/in/logs/a", "/in/logs/b", "/in/b"],
    ...["/one/b", "/one/a.yaml", "/one/c", "/one/x/../a.yaml", "/one/x/../d"],
    ...["in/a", "in/b", "/etc/a", "/etc/b"],
  ];
  for (const path of paths) added.add("read", path);
  const { touched, refused } = added.receipt(RUN, END);
  const shown = (all: typeof touched) => all.map(({ place, accesses }) => [place, accesses]);
  assertEquals(shown(touched), [["/in", 9], ["/one/a.yaml", 2]]);
  assertEquals(
    shown(refused),
    ["/in/x/../../etc", "/one/b", "/one/c", "/one/x/../d", "in/a", "in/b", "/etc/a", "/etc/b"]
      .map((path) => [path, 1]),
  );
});

Deno.test("AccessCounts keeps a receipt small, whatever a run tries", () => {
  const added = counts();
  for (let n = 0; n < 20_000; n++) {
    added.add("read", `/etc/${n}/${"x".repeat(500)}`);
    added.add("read", "/lake/raw/x");
  }
  const receipt = added.receipt(RUN, END);
  assertEquals([receipt.refused.length, receipt.refused_more], [100, 19_900]);
  assertStringIncludes(added.refusedInWords ?? "", ", 19997 more");
  assertEquals(receipt.touched, [{ permission: "read", place: "/lake", accesses: 20_000 }]);
  assertLess(JSON.stringify(receipt).length, 50_000);
  const second = counts();
  for (let n = 0; n < 100; n++) second.add("write", `/etc/${n}`);
  const both = second.receipt(RUN, { ...END, before: receipt });
  assertEquals([both.refused.length, both.refused_more], [100, 20_000]);
});

Deno.test("AccessCounts says what was refused, and nothing of a run to which nothing was", () => {
  const added = counts();
  added.add("write", `/logs/${RUN}.jsonl`);
  assertEquals(added.refusedInWords, undefined);
  added.add("env", "USER");
  assertEquals(added.refusedInWords, "env USER");
  // The client of PostgreSQL asks for it whatever it is given; the receipt keeps it.
  added.add("env", "NODE_PG_FORCE_NATIVE");
  assertEquals(added.refusedInWords, undefined);
  assertEquals(added.receipt(RUN, END).refused.length, 2);
  added.add("read", "/etc/passwd");
  added.add("net", "http://s3cr3t.example.org/");
  added.add("env", "");
  assertEquals(added.refusedInWords, "read /etc/passwd, net ***.example.org:80, env (all)");
});

Deno.test("AccessCounts adds up the attempts of a run, and knows it by its log", () => {
  const first = counts();
  first.add("write", `/logs/${RUN}.jsonl`);
  first.add("net", "http://s3cr3t.example.org/");
  const before = first.receipt(first.runId ?? "", { ...END, exitCode: 137 });
  assertEquals([before.run_id, before.attempts, before.exit_code], [RUN, 1, 137]);
  const second = counts();
  second.add("write", `/logs/${RUN}.jsonl`);
  second.add("net", "http://s3cr3t.example.org/again");
  const receipt = second.receipt(RUN, { ...END, before });
  assertEquals([receipt.attempts, receipt.exit_code], [2, 0]);
  assertEquals(receipt.touched, [{ permission: "write", place: "/logs", accesses: 2 }]);
  assertEquals(receipt.refused, [
    { permission: "net", place: "***.example.org:80", accesses: 2 },
  ]);
});

Deno.test("a receipt that cannot be written says where, and that the run is not to be repeated for it", () => {
  const { writeTextFileSync } = Deno;
  try {
    Deno.writeTextFileSync = () => {
      throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
    };
    const { message } = assertThrows(() => writeReceipt("logs/R.receipt.json", "{}"), StorageError);
    assertEquals(
      message,
      'Cannot write the receipt of the run "logs/R.receipt.json": no space left; free some, so that the next run ' +
        "has one; the run itself is as it says",
    );
  } finally {
    Deno.writeTextFileSync = writeTextFileSync;
  }
});
