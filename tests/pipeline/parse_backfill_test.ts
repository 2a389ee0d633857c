import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { EXIT_CODES, IngestError, outcomeOf } from "../../lib/errors/mod.ts";
import { TIME_FORMS, type TimeForm } from "../../lib/grammar/mod.ts";
import { launchPlan, parseBackfill, type PipelineConfig } from "../../lib/pipeline/mod.ts";

function stream(name: string, format?: TimeForm) {
  const incremental = format && {
    field: "at",
    format,
    start_param: "since",
    param_format: format,
    lag: 0,
  };
  const mode = incremental ? "incremental" : "snapshot";
  return { name, mode, incremental, pagination: { type: "none" } };
}

const CONFIG = {
  name: "p",
  lake: "/data/lake",
  audit: "/nowhere/audit.db",
  log_dir: "/data/logs",
  sandbox: { seed: 7, faults: [] },
  sources: [
    {
      name: "git",
      type: "api",
      sandbox: "github",
      auth: { type: "none" },
      streams: [stream("all")],
    },
    {
      name: "far",
      type: "api",
      base_url: "https://example.org/v1",
      auth: { type: "none" },
      streams: [stream("plain"), ...TIME_FORMS.map((format) => stream(format, format))],
    },
    {
      name: "db",
      type: "database",
      database: { engine: "sqlite", path: "/db" },
      streams: [{ name: "rows", table: "rows", incremental: { column: "id" } }],
    },
    { name: "inbox", type: "files", path: "/inbox", stream: "inbox" },
  ],
} as unknown as PipelineConfig;

const WRONG = {
  "far.iso": [64, "expected SOURCE.STREAM=FROM..UNTIL"],
  "far.iso=2018-02-01": [64, "expected SOURCE.STREAM=FROM..UNTIL"],
  "far.iso=2018-02-01...2018-02-03": [64, "expected SOURCE.STREAM=FROM..UNTIL"],
  "far.iso=..": [64, 'no range of "far.iso", expected --from'],
  "far.iso=2018-02-03..2018-02-03": [64, "holds nothing"],
  "far.number=10..9": [64, "holds nothing"],
  "far.iso=2018-02-30..": [64, 'found "2018-02-30", expected a date or time'],
  "far.iso=2018-02-01T25:00..": [64, "expected a date or time"],
  "far.epoch_ms=1517443200000..": [64, "expected a date or time"],
  "far.number=2018-02-01..": [64, 'found "2018-02-01", expected a number'],
  "far.numbr=1..2": [64, 'did you mean "far.number"?'],
  "nothing.like.it=1..2": [64, "expected one of git.all, far.plain"],
  "far.plain=1..2": [64, '"far.plain" is read as snapshot'],
  "db.rows=1..2": [64, '"pipeline reset db.rows --to VALUE"'],
  "inbox.inbox=1..2": [64, '"inbox.inbox" is read from files'],
} as const;

for (const [text, [code, message]] of Object.entries(WRONG)) {
  Deno.test(`parseBackfill() refuses ${text} with exit code ${code}`, () => {
    const error = assertThrows(() => parseBackfill(text, CONFIG), IngestError);
    assertEquals(EXIT_CODES[outcomeOf(error)], code);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("parseBackfill() takes times without a zone for UTC and spells equal ranges equally", () => {
  const spellings = ["2018-02-01..", "2018-02-01T00:00..", "2018-02-01T01:00:00.000+01:00.."];
  for (const format of ["iso", "epoch_s", "epoch_ms"]) {
    for (const range of spellings) {
      const backfill = parseBackfill(`far.${format}=${range}`, CONFIG);
      assertEquals(backfill.from, Date.UTC(2018, 1, 1));
      assertEquals(backfill.text, `far.${format}=2018-02-01..`);
    }
  }
});

Deno.test("parseBackfill() reads its own spelling as the same range", () => {
  const time = fc.integer({ min: 0, max: 3e12 });
  const property = fc.property(time, time, fc.constantFrom(1, 1000, 86_400_000), (a, b, unit) => {
    const [from = 0, until = 0] = [a, b + 4e12].map((at) => Math.floor(at / unit) * unit);
    for (const format of ["iso", "number"] as const) {
      const write = (at: number) => format === "iso" ? new Date(at).toISOString() : String(at);
      const first = parseBackfill(`far.${format}=${write(from)}..${write(until)}`, CONFIG);
      assertEquals([first.from, first.until], [from, until]);
      assertEquals(parseBackfill(first.text, CONFIG), first);
    }
  });
  fc.assert(property);
});

Deno.test("launchPlan() lets a backfill reach its own source only, and starts no sandbox for others", () => {
  const backfill = parseBackfill("far.iso=2018-02-01..2018-02-03", CONFIG);
  const where = { root: "/project", configPath: "/etc/p.yaml", environment: [] };
  const plan = launchPlan(CONFIG, { ...where, backfill });
  assertEquals(plan.net, ["example.org:443"]);
  assertEquals(plan.sandboxArgs, undefined);
  assertEquals(plan.read.includes("/inbox"), false);
  assertEquals(plan.args.at(-1), "--backfill=far.iso=2018-02-01..2018-02-03");
  assertEquals(launchPlan(CONFIG, where).read.includes("/inbox"), true);
});
