import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHmac } from "node:crypto";
import { join } from "@std/path";
import { openDatabase } from "../../lib/db/mod.ts";
import { ConfigError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { startLogging } from "../../lib/logging/mod.ts";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import { everyTest } from "../_sample.ts";
import { placesOf } from "./_places_of.ts";
import { type World, worldTest } from "./_world.ts";

const SALT = { env: (name: string) => name === "SALT" ? "long-enough-salt" : undefined };
const PRIVACY =
  "{ drop: [name, home.street], mask: [phone], hash: { columns: [email], salt: '${SALT}' } }";

function edit(yaml: string): string {
  return yaml.replace(
    "primary_key: [id]",
    `primary_key: [id]
        records: items
        on_page_error: skip
        privacy: ${PRIVACY}
        checks:
          - { column: age, min: 0 }
          - { column: name, pattern: '[M]ARKED.*' }
          - { column: phone, type: string, pattern: '[M]ARKED.*' }
          - { column: email, format: email }
          - { column: home.street, required: true }`,
  ).replace("{ type: none }", "{ type: page, page_param: page, has_more: more }");
}

function person(id: number, age = 30) {
  return {
    id,
    age,
    name: `MARKED name ${id}`,
    phone: `MARKED phone ${id}`,
    email: `MARKED${id}@mail.example`,
    home: { street: `MARKED street ${id}`, city: "Ulm" },
  };
}

/** Answers people, and then what is broken in every way that reaches quarantine. */
function serve(world: World): void {
  const pages = [
    JSON.stringify({ items: [person(1), person(2, -1), "MARKED text", ["MARKED"]], more: true }),
    `{"items": [${JSON.stringify(person(3))}, {"id": 4, "name": "MARKED broken" x}], "more": true}`,
    `{"items": [{"name": "MARKED without a key"}], "more": true}`,
    `MARKED page {"items": [`,
    JSON.stringify({ items: [person(5)], more: false }),
  ];
  world.answer = (url) =>
    new Response(pages[Number(url.searchParams.get("page")) - 1], {
      headers: { "content-type": "application/json" },
    });
}

worldTest(
  "privacy lets no byte reach staging, lake, quarantine, log or database",
  async (world) => {
    serve(world);
    const lines: string[] = [];
    await using _log = startLogging({
      ...{ runId: "01RUN", terminal: "json", level: "debug" },
      write: (line) => lines.push(line),
    });
    const summary = await world.run({ ...SALT, edit });
    assertEquals(summary.totals.rejected >= 4, true, JSON.stringify(summary.rejects));
    assertEquals(placesOf(world.folder, "MARKED"), []);
    assert(lines.length > 0 && !JSON.stringify([summary, lines]).includes("MARKED"));
    const rows = world.rows("shop.items").map((line) => JSON.parse(line));
    const email = createHmac("sha256", "long-enough-salt").update("MARKED1@mail.example");
    assertEquals(rows[0], {
      id: 1,
      age: 30,
      phone: "***",
      email: email.digest("hex"),
      home: { city: "Ulm" },
    });
    const [manifest] = world.manifests("shop.items");
    assert(!JSON.stringify(manifest?.schema).includes("street"));
  },
);

worldTest("checks see what was sent, and say nothing of what privacy takes out", async (world) => {
  const one = (id: number, more: object) => ({ ...person(id), ...more });
  world.answer = () =>
    Response.json({
      items: [
        one(1, {}),
        one(2, { age: -1, email: "MARKED at mail" }),
        one(3, { name: "other" }),
        one(4, { home: {} }),
      ],
    });
  const { rejects, totals } = await world.run({ ...SALT, edit });
  assertEquals([totals.written, totals.rejected], [1, 3]);
  assertEquals(placesOf(world.folder, "MARKED"), []);
  using db = openDatabase(join(world.folder, "audit.db"), { readOnly: true });
  assertEquals(
    db.all<{ message: string }>("SELECT message FROM rejects").map((row) => row.message),
    [
      '"email" breaks format: expected an email address',
      '"name" breaks pattern: expected a text that matches [M]ARKED.*',
      '"home.street" breaks required: found nothing',
    ],
    JSON.stringify(rejects),
  );
});

const ANSWERS: Readonly<Record<string, () => Response>> = {
  "a status": () => Response.json({ error: "MARKED no such user" }, { status: 400 }),
  "a status and a page": () => new Response("<title>MARKED</title>", { status: 503 }),
  "a report": () => Response.json({ items: [], errors: [{ message: "MARKED" }] }),
};

for (const [name, answer] of Object.entries(ANSWERS)) {
  for (const policy of ["fail", "skip"]) {
    worldTest(
      `of ${name} privacy keeps code and length when a page may ${policy}`,
      async (world) => {
        world.answer = answer;
        const lines: string[] = [];
        await using _log = startLogging({
          ...{ runId: "01RUN", terminal: "json", level: "debug" },
          write: (line) => lines.push(line),
        });
        const failing = (yaml: string) =>
          edit(yaml).replace("on_page_error: skip", `on_page_error: ${policy}`);
        const summary = await world.run({ ...SALT, edit: failing });
        assertEquals(placesOf(world.folder, "MARKED"), []);
        assert(!JSON.stringify([summary, lines]).includes("MARKED"));
        assertStringIncludes(JSON.stringify([summary, lines]), "not kept");
      },
    );
  }
}

const NESTED =
  "{ drop: [home.street], mask: [work.street], hash: { columns: [boss.mail], salt: '${SALT}' } }";
/** Records in which a path of privacy meets what is no object, and good ones. */
const CROOKED = [
  { id: 1, home: { street: "MARKED", city: "Ulm" }, work: [{ street: "MARKED" }, null] },
  { id: 2, home: null, work: [] },
  { id: 3, home: "MARKED" },
  { id: 4, work: ["MARKED"] },
  { id: 5, work: [{ street: "MARKED" }, "MARKED"] },
  { id: 6, boss: '{"mail": "MARKED"}' },
];
const STRAIGHT = [
  { id: 1, home: { city: "Ulm" }, work: [{ street: "***" }, null] },
  { id: 2, home: null, work: [] },
];
const TOLERANT = "tolerance: { records: 90% }";

worldTest(
  "privacy keeps nothing of a value where one of its paths needs an object",
  async (world) => {
    const edit = (yaml: string) =>
      yaml.replace(
        "primary_key: [id]",
        `primary_key: [id]
        ${TOLERANT}
        privacy: ${NESTED}`,
      );
    world.items = CROOKED;
    const lines: string[] = [];
    await using _log = startLogging({
      ...{ runId: "01RUN", terminal: "json", level: "debug" },
      write: (line) => lines.push(line),
    });
    const summary = await world.run({ ...SALT, edit });
    assertEquals([summary.totals.written, summary.totals.rejected], [2, 4]);
    assertEquals(world.rows("shop.items").map((line) => JSON.parse(line)), STRAIGHT);
    assertEquals(placesOf(world.folder, "MARKED"), []);
    assert(!JSON.stringify([summary, lines]).includes("MARKED"));
    const reason =
      '"home" is no object, as "home.street" of privacy needs it; its 24 bytes are not';
    using db = openDatabase(join(world.folder, "audit.db"), { readOnly: true });
    const [first] = db.all<{ code: string; message: string }>("SELECT code, message FROM rejects");
    assertEquals(first?.code, "record-invalid");
    assertStringIncludes(first?.message ?? "", reason);
  },
);

worldTest(
  "privacy keeps nothing of a JSON text in a table, nor of JSON files, that its path cannot lead into",
  async (world) => {
    using db = openDatabase(join(world.folder, "crm.db"));
    db.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, home JSON);
      INSERT INTO people VALUES (1, NULL), (2, '{"street": "MARKED"}');`);
    world.drop("a.jsonl", CROOKED.map((one) => JSON.stringify(one)).join("\n"));
    const edit = (yaml: string) =>
      `${yaml.slice(0, yaml.indexOf("  - name: shop"))}  - name: crm
    type: database
    database: sqlite:crm.db
    streams:
      - { name: people, ${TOLERANT}, privacy: { mask: [home.street] } }
  - name: vendor
    type: files
    path: drop
    min_age: 0s
    ${TOLERANT}
    privacy: ${NESTED}
`;
    const summary = await world.run({ ...SALT, edit });
    assertEquals([summary.totals.written, summary.totals.rejected], [3, 5]);
    assertEquals(world.rows("crm.people"), ['{"id":1,"home":null}']);
    assertEquals(world.rows("vendor.vendor").map((line) => JSON.parse(line)), STRAIGHT);
    assertEquals(placesOf(world.folder, "MARKED", ["drop", "crm.db", "crm.db-wal"]), []);
    assert(placesOf(world.folder, "is no object, as privacy needs it").length > 0);
    assert(!JSON.stringify(summary).includes("MARKED"));
  },
  everyTest,
);

worldTest("rules that need what privacy takes out are refused", async (world) => {
  const rules = {
    "unique: true, severity: warn": ["phone", "privacy.mask"],
    "max_age: 1d, severity: warn": ["email", "privacy.hash"],
  };
  for (const [rule, [column, place]] of Object.entries(rules)) {
    const wrong = (yaml: string) =>
      edit(yaml).replace("column: age, min: 0", `column: ${column}, ${rule}`);
    await assertRejects(
      () => world.config({ ...SALT, edit: wrong }),
      ConfigError,
      `expected none of a column of ${place}`,
    );
  }
});

worldTest("privacy holds in what a run leaves that was killed between two pages", async (world) => {
  serve(world);
  let commits = 0;
  const observe = (step: DiskStep) => {
    if (step.kind === "point" && step.name === "checkpoint:before-commit") commits++;
    if (commits > 2) throw new SimulatedCrash("pulled the plug");
  };
  await assertRejects(() => world.run({ ...SALT, edit, observe }));
  assert(placesOf(world.folder, "Ulm").length > 0, "something is staged");
  assertEquals(placesOf(world.folder, "MARKED"), []);
});

worldTest("privacy of a table is in its rows and in its schema", async (world) => {
  using db = openDatabase(join(world.folder, "crm.db"));
  db.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER, name TEXT, born TEXT);
    INSERT INTO people VALUES (1, 30, 'MARKED', '1996'), (2, 40, 'MARKED', '1986');`);
  const table = (privacy: string) => (yaml: string) =>
    `${yaml.slice(0, yaml.indexOf("  - name: shop"))}  - name: crm
    type: database
    database: sqlite:crm.db
    streams:
      - name: people
        incremental: { column: id }
        privacy: ${privacy}
`;
  const good = table("{ drop: [name], mask: [age] }");
  assertEquals((await world.run({ edit: good })).exit_code, 0);
  assertEquals(world.rows("crm.people").map((line) => JSON.parse(line)), [
    { id: 1, age: "***", born: "1996" },
    { id: 2, age: "***", born: "1986" },
  ]);
  const [manifest] = world.manifests("crm.people");
  const { fields } = manifest?.schema as { fields: { name: string; type: string }[] };
  assertEquals(fields.map(({ name, type }) => [name, type]), [
    ["id", "long"],
    ["age", "string"],
    ["born", "string"],
  ]);
  await assertRejects(
    () => world.run({ edit: table("{ mask: [id] }") }),
    ConfigError,
    "which record",
  );
});

worldTest(
  "privacy of a table without a key is refused, for two of its rows could become one",
  async (world) => {
    using db = openDatabase(join(world.folder, "crm.db"));
    db.exec(
      "CREATE TABLE visits (at INTEGER, name TEXT); INSERT INTO visits VALUES (1, 'a'), (1, 'b')",
    );
    const edit = (yaml: string) =>
      `${yaml.slice(0, yaml.indexOf("  - name: shop"))}  - name: crm
    type: database
    database: sqlite:crm.db
    streams:
      - { name: visits, incremental: { column: at }, privacy: { mask: [name] } }
`;
    const [stream] = (await world.run({ edit })).streams;
    assertEquals([stream?.error_code, stream?.published_files], ["config-invalid", 0]);
  },
);

worldTest("privacy refuses what would make one record of two", async (world) => {
  const privacy = (text: string) => (yaml: string) =>
    yaml.replace("primary_key: [id]", `primary_key: [id.a]\n        privacy: ${text}`);
  for (const text of ["{ drop: [id] }", "{ mask: [id.a] }"]) {
    await assertRejects(() => world.run({ edit: privacy(text) }), ConfigError, "expected another");
  }
  const keyless = (yaml: string) => yaml.replace("primary_key: [id]", "privacy: { mask: [a] }");
  await assertRejects(() => world.run({ edit: keyless }), ConfigError, "could become one");
});

/** Rules of privacy for one column. */
const RULES: Readonly<Record<string, (column: string) => string>> = {
  drop: (column) => `{ drop: [${column}] }`,
  mask: (column) => `{ mask: [${column}] }`,
  hash: (column) => `{ hash: { columns: [${column}], salt: "\${SALT}" } }`,
};

for (const [rule, of] of Object.entries(RULES)) {
  worldTest(
    `a private column under another name is in no byte that a run with ${rule} leaves`,
    async (world) => {
      const hiding = (column: string) => (yaml: string) =>
        yaml.replace("primary_key: [id]", `primary_key: [id]\n        privacy: ${of(column)}`);
      world.items = [{ id: 1, phone: "MARKED" }];
      assertEquals((await world.run({ ...SALT, edit: hiding("phone") })).exit_code, 0);
      const before = world.rows("shop.items");
      world.items = [{ id: 1, mobile: "MARKED" }];
      const { exit_code, streams } = await world.run({ ...SALT, edit: hiding("phone") });
      assertEquals([exit_code, streams[0]?.error_code], [1, "contract-broken"]);
      assertEquals(world.rows("shop.items"), before);
      assertEquals(placesOf(world.folder, "MARKED"), []);
      await world.run({ ...SALT, edit: hiding("mobile") });
      assertEquals(JSON.parse(world.rows("shop.items").at(-1) ?? "").id, 1);
      assertEquals(placesOf(world.folder, "MARKED"), []);
    },
    rule === "drop" ? Deno.test : everyTest,
  );
}

for (const [rule, of] of Object.entries(RULES)) {
  worldTest(
    `a private column under another name is in no reject that a run with ${rule} keeps`,
    async (world) => {
      const edit = (yaml: string) =>
        yaml.replace(
          "primary_key: [id]",
          `primary_key: [id]
        privacy: ${of("phone")}
        tolerance: { records: 100% }
        checks: [{ column: age, min: 0 }]`,
        );
      world.items = [{ id: 1, phone: "MARKED", age: 1 }];
      assertEquals((await world.run({ ...SALT, edit })).exit_code, 0);
      // Every record is rejected, so that no column shows the change.
      world.items = [{ id: 2, mobile: "MARKED", age: -1 }];
      const { totals } = await world.run({ ...SALT, edit });
      assertEquals([placesOf(world.folder, "MARKED"), totals.rejected], [[], 1]);
    },
    rule === "mask" ? Deno.test : everyTest,
  );
}

worldTest(
  "a dropped column that is there lets new ones in, and that of a table always is",
  async (world) => {
    using db = openDatabase(join(world.folder, "crm.db"));
    db.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO people VALUES (1, 'a');`);
    const edit = (yaml: string) =>
      yaml.replace("primary_key: [id]", "primary_key: [id]\n        privacy: { drop: [name] }")
        .replace(
          "  - name: vendor",
          `  - name: crm
    type: database
    database: sqlite:crm.db
    streams:
      - { name: people, incremental: { column: id }, privacy: { drop: [name] } }
  - name: vendor`,
        );
    world.items = [{ id: 1, name: "a" }];
    assertEquals((await world.run({ edit })).exit_code, 0);
    world.items = [{ id: 1, name: null, age: 3 }];
    // No row is new.
    db.exec("ALTER TABLE people ADD COLUMN age INTEGER");
    const { exit_code, reasons } = await world.run({ edit });
    assertEquals([exit_code, reasons], [0, []]);
    db.exec(
      "ALTER TABLE people RENAME COLUMN name TO full_name; INSERT INTO people VALUES (2, 'b', 1)",
    );
    const { streams } = await world.run({ edit });
    assertEquals(streams.map(({ error_code }) => error_code ?? null), [
      null,
      "contract-broken",
      null,
    ]);
  },
  everyTest,
);

worldTest(
  "a private column under another name is not published by an incremental read either",
  async (world) => {
    const edit = (contract: string) => (yaml: string) =>
      yaml.replace(
        "primary_key: [id]",
        `primary_key: [id]
        contract: ${contract}
        incremental: { field: at, format: iso, start_param: since }
        privacy: { mask: [people.phone] }`,
      );
    const person = (id: number, more: object) => ({ id, at: `2026-11-0${id}T00:00:00Z`, ...more });
    world.items = [person(1, { people: [{ phone: "4711" }] })];
    assertEquals((await world.run({ edit: edit("evolve") })).exit_code, 0);
    for (const contract of ["evolve", "rescue"]) {
      // A column that is new says nothing as long as the other one is there.
      const id = world.items.length + 1;
      world.items.push(person(id, { people: [{ phone: "4712" }], [`new_${contract}`]: 1 }));
      assertEquals((await world.run({ edit: edit(contract) })).exit_code, 0);
      world.items.push(person(id + 1, { people: [{ mobile: "4713" }] }));
      const { exit_code, reasons } = await world.run({ edit: edit(contract) });
      assertEquals(exit_code, 1, contract);
      assert(reasons.join().includes('"people.phone", which privacy names, is gone'), contract);
      world.items.pop();
    }
    const rows = world.rows("shop.items");
    assertEquals([rows.length, rows.join().includes("4713")], [3, false]);
  },
  everyTest,
);
