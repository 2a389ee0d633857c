import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { join } from "@std/path";
import { ConfigError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { startLogging } from "../../lib/logging/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { everyTest } from "../_sample.ts";
import { placesOf } from "./_places_of.ts";
import { type World, worldTest } from "./_world.ts";

const SALT = { env: (name: string) => name === "SALT" ? "long-enough-salt" : undefined };
const CSV = "{ drop: [name], mask: [phone], hash: { columns: [email], salt: '${SALT}' } }";
const HEAD = "id,age,name,phone,email\n";

/** A pipeline of one folder. */
function folder(...keys: readonly string[]) {
  return (yaml: string) => {
    const before = yaml.slice(0, yaml.indexOf("  - name: shop"));
    const about = ["name: vendor", "type: files", "path: drop", "min_age: 0s", ...keys];
    return `${before}${about.map((line, at) => `${at ? "    " : "  - "}${line}`).join("\n")}\n`;
  };
}

function digest(text: string): string {
  return createHmac("sha256", "long-enough-salt").update(text).digest("hex");
}

function person(id: number, age = 30): string {
  return `${id},${age},MARKED name,"MARKED ""phone""",MARKED${id}@mail.example`;
}

/** Runs, and searches every byte that was written. */
async function runAndSearch(world: World, edit: (yaml: string) => string) {
  const lines: string[] = [];
  await using _log = startLogging({
    ...{ runId: "01RUN", terminal: "json", level: "debug" },
    write: (line) => lines.push(line),
  });
  const summary = await world.run({ ...SALT, edit });
  assertEquals(placesOf(world.folder, "MARKED", ["drop"]), []);
  assert(lines.length > 0 && !JSON.stringify([summary, lines]).includes("MARKED"));
  return summary;
}

worldTest(
  "privacy of rows lets no byte of a good or rejected file out of its folder",
  async (world) => {
    const edit = folder(
      `privacy: ${CSV}`,
      "checks: [{ column: age, min: 0 }, { column: phone, pattern: '[M]ARKED.*' }, " +
        "{ column: name, pattern: '[M]ARKED.*' }, { column: email, format: email }]",
      "on_finding: { file-columns-extra: repair }",
    );
    world.drop("a.csv", `${HEAD}${person(1)}\n${person(2, -1)}\n3,MARKED too few\n4,30,,,\n`);
    const first = await runAndSearch(world, edit);
    assertEquals([first.totals.written, first.totals.rejected], [2, 2]);
    const good = `1,30,***,${digest("MARKED1@mail.example")}`;
    assertEquals(world.rows("vendor.vendor"), [good, "4,30,,"]);
    const { schema } = world.manifests("vendor.vendor")[0] ?? {};
    const { fields } = schema as { fields: { name: string }[] };
    assertEquals(fields.map(({ name }) => name), ["id", "age", "phone", "email"]);
    // What is rejected as a whole, or repaired, says nothing of what it holds either.
    world.drop("b.csv", `${person(5)}\n${person(6)}\n`);
    world.drop(
      "c.csv",
      `id,age,name,phone,MARKED,email\n7,30,MARKED n,MARKED p,x,e@mail.example\n`,
    );
    world.drop("d.csv", `${HEAD}8,30,MARKED\0,p,e\n`);
    world.drop("e.csv", `${HEAD}9,"MARKED not closed\n`);
    world.drop("f.csv", `Email , NAME,phone,age,id\nMARKED1@mail.example,MARKED,MARKED,30,10\n`);
    const second = await runAndSearch(world, edit);
    assertEquals(second.totals.written, 2, JSON.stringify(second.rejects));
    assertEquals(world.rows("vendor.vendor").at(-1), `10,30,***,${digest("MARKED1@mail.example")}`);
    assert(placesOf(join(world.folder, "lake/quarantine"), "file-header").length > 0);
    assert(placesOf(world.folder, "for the stream has privacy (email, phone, name)").length > 0);
  },
);

worldTest(
  "privacy of rows takes no first file that lacks a column which it names",
  async (world) => {
    const edit = folder(`privacy: ${CSV}`);
    // Without a header, the first row would name the columns.
    world.drop("a.csv", `${person(1)}\n${person(2)}\n`);
    const { totals, streams } = await runAndSearch(world, edit);
    assertEquals([totals.written, streams[0]?.files_rejected], [0, 1]);
    assert(placesOf(world.folder, "file-columns-missing").length > 0);
  },
  everyTest,
);

worldTest(
  "privacy of rows holds for a column that is there twice, and for files without header",
  async (world) => {
    const twice = folder(
      "privacy: { mask: [phone] }",
      "on_finding: { file-header-duplicate: repair }",
    );
    world.drop("a.csv", "id,phone,Phone\n1,MARKED,MARKED\n");
    await runAndSearch(world, twice);
    assertEquals(world.rows("vendor.vendor"), ["1,***,***"]);
    const bare = folder(
      "stream: bare",
      "dialect: { header: none }",
      "expect: { columns: [id, phone] }",
      "privacy: { mask: [phone] }",
    );
    world.drop("a.csv", "1,MARKED\n");
    await runAndSearch(world, bare);
    assertEquals(world.rows("vendor.bare"), ["1,***"]);
  },
  everyTest,
);

worldTest(
  "a private column of JSON files under another name is in no reject",
  async (world) => {
    const edit = folder(
      "privacy: { mask: [phone] }",
      "tolerance: { records: 100%, files: 9 }",
      "checks: [{ column: age, min: 0 }]",
    );
    world.drop("a.jsonl", '{"id":1,"phone":"MARKED","age":1}');
    await runAndSearch(world, edit);
    world.drop("b.jsonl", '{"id":2,"mobile":"MARKED","age":-1}');
    const { totals } = await runAndSearch(world, edit);
    assertEquals(totals.rejected, 1);
  },
  everyTest,
);

worldTest("privacy of JSON files is as that of an API's records", async (world) => {
  const edit = folder(
    "privacy: { drop: [name], mask: [home.street], hash: { columns: [email], salt: '${SALT}' } }",
    "checks: [{ column: age, min: 0 }, { column: name, pattern: '[M]ARKED' }, " +
      "{ column: home.street, pattern: '[M]ARKED' }, { column: email, pattern: '[M]ARKED' }]",
  );
  const one = (id: number, more: object = {}) =>
    JSON.stringify({ id, name: "MARKED", email: "MARKED", home: { street: "MARKED" }, ...more });
  const bad = ['"MARKED"', '["MARKED"]', '{"name": "MARKED', '{"other": "\\ud800 MARKED"}'];
  world.drop("a.jsonl", [one(1, { age: 30 }), one(2, { age: -1 }), ...bad].join("\n"));
  world.drop("b.json", `[${one(3, { age: -1 })},${one(4)},"MARKED"]`);
  world.drop("c.json", `MARKED`);
  const { totals } = await runAndSearch(world, edit);
  assertEquals([totals.written, totals.rejected >= 6], [2, true]);
  const email = digest("MARKED");
  assertEquals(world.rows("vendor.vendor"), [
    `{"id":1,"email":"${email}","home":{"street":"***"},"age":30}`,
    `{"id":4,"email":"${email}","home":{"street":"***"}}`,
  ]);
  // A private column under another name is not published.
  world.drop("d.json", '[{"id": 5, "mail": "MARKED", "home": {"street": "MARKED"}}]');
  const { streams } = await runAndSearch(world, edit);
  assertEquals([streams[0]?.files_published, streams[0]?.files_rejected], [0, 1]);
  world.drop("e.json", `[${one(6).replace('"name"', '"full_name"')}]`);
  const { streams: [dropped] } = await runAndSearch(world, edit);
  assertEquals([dropped?.files_published, dropped?.files_rejected], [0, 1]);
}, everyTest);

worldTest(
  "privacy of logs is in their records, their schema and in what is rejected",
  async (world) => {
    const logs = (privacy: string) => (yaml: string) =>
      folder(
        "format: combined",
        `privacy: ${privacy}`,
        "checks: [{ column: http_status, max: 499 }, { column: user_agent, pattern: '[M]ARKED' }, " +
          "{ column: client_address, pattern: '[0-9.]+' }]",
      )(
        yaml,
      ).replace("type: files", "type: logs");
    const edit = logs(
      "{ drop: [user_agent, url_original, url_query], mask: [response_bytes, timestamp_raw], " +
        "hash: { columns: [client_address], salt: '${SALT}' } }",
    );
    const line = (status: number, time = "10/Oct/2024:13:55:36 +0000") =>
      `10.9.8.7 - - [${time}] "GET /a?u=MARKED HTTP/1.1" ${status} 12 "-" "MARKED"\n`;
    world.drop(
      "a.log",
      line(200) + line(500) + "MARKED is no such line\n" + line(200, "99/Oct/2024:13:55:36 +0000"),
    );
    world.drop("b.log.gz", "");
    Deno.writeFileSync(join(world.folder, "drop/b.log.gz"), gzipSync(line(201)).slice(0, -9));
    const { totals } = await runAndSearch(world, edit);
    assertEquals(totals.rejected >= 2, true);
    assertEquals(placesOf(world.folder, "10.9.8.7", ["drop"]), []);
    assertEquals(placesOf(world.folder, "99/Oct", ["drop"]), []);
    const [row] = world.rows("vendor.vendor").map((text) => JSON.parse(text));
    assertEquals([row.client_address, row.response_bytes], [digest("10.9.8.7"), "***"]);
    assertEquals([row.url_path, row.user_agent], ["/a", undefined]);
    const [manifest] = world.manifests("vendor.vendor");
    const { fields } = manifest?.schema as { fields: { name: string; type: unknown }[] };
    assertEquals(fields.find(({ name }) => name === "response_bytes")?.type, "string");
    assert(!fields.some(({ name }) => name === "user_agent"));
    // Readers would find a number and a text in one column.
    world.drop("c.log", line(202));
    const { streams } = await world.run({ ...SALT, edit: logs("{ mask: [user_agent] }") });
    assertEquals([streams[0]?.error_code, streams[0]?.published_files], ["stream-changed", 0]);
  },
);

worldTest(
  "privacy of files holds in what a run leaves that was killed, and may not be taken up late",
  async (world) => {
    const edit = folder(`privacy: ${CSV}`);
    world.drop("a.csv", `${HEAD}${person(1)}\nMARKED\n`);
    world.drop("b.csv", "MARKED\n1\n");
    const observe = (step: DiskStep) => {
      if (step.kind === "point") throw new SimulatedCrash("pulled the plug");
    };
    await assertRejects(() => world.run({ ...SALT, edit, observe }));
    assertEquals(placesOf(world.folder, "MARKED", ["drop"]), []);
    await runAndSearch(world, edit);
    // Readers bind the columns by position.
    world.drop("c.csv", `${HEAD}2,30,,,\n`);
    const dropping = folder("privacy: { drop: [name, phone], mask: [email] }");
    const { streams } = await world.run({ ...SALT, edit: dropping });
    assertEquals([streams[0]?.error_code, streams[0]?.published_files], ["stream-changed", 0]);
  },
  everyTest,
);

const WRONG: readonly (readonly [keys: readonly string[], wanted: string])[] = [
  [["expect: { columns: [id, mail] }", "privacy: { mask: [email] }"], "columns of expect.columns"],
  [
    ["expect: { columns: [a] }", "dialect: { header: none }", "privacy: { drop: [a] }"],
    "mask or hash the column",
  ],
  [["type: logs", "privacy: { mask: [user_name] }"], "expected the format of the lines"],
  [["type: logs", "format: combined", "privacy: { mask: [email] }"], "expected a column of logs"],
  [["type: logs", "format: jsonl", "privacy: { drop: [source_file] }"], "every record must have"],
  [
    ["type: logs", "format: jsonl", "privacy: { drop: [attributes.user.mail] }"],
    'expected "attributes.user\\\\.mail"',
  ],
];

worldTest("privacy of files and logs names columns that there can be", async (world) => {
  for (const [keys, wanted] of WRONG) {
    const edit = (yaml: string) => {
      const [first = "", ...rest] = keys;
      const isLogs = first.startsWith("type:");
      const text = folder(...(isLogs ? rest : keys))(yaml);
      return isLogs ? text.replace("type: files", first) : text;
    };
    await assertRejects(() => world.config({ edit }), ConfigError, wanted);
  }
});
