import { join } from "@std/path";
import { describeSources, loadConfig, retractRun } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import type { PartFormatName } from "../../lib/lake/mod.ts";
import type { PipelineConfig, RunSummary } from "../../lib/pipeline/mod.ts";

/** A lake in every mode, at a path and with names that were not made for engines. */
export interface HostileLake extends AsyncDisposable {
  /** Its path. */
  readonly lake: string;
  /** The audit database's. */
  readonly audit: string;
  /** The configuration file's. */
  readonly configPath: string;
  readonly config: PipelineConfig;
  /** Ids of the runs so far. */
  readonly runs: string[];
  /** A lake of JSON lines with the same records, and its runs. */
  readonly readable: { readonly lake: string; readonly runs: readonly string[] };
  /** Called while the API is asked for `shop.last`, the last stream that is read. */
  onLast: () => Promise<void>;
  /** Publishes what is new since the run before. */
  run(): Promise<RunSummary>;
  /** Takes a run back. */
  retract(runId: string): Promise<void>;
}

/** Folders on the way to the lake: patterns to one engine or the other, quotes, and what looks like a partition. */
const FOLDER = "la*k[e]? {a,b} 'x' \"y\" \\z id=5 é";

/** Nights of `shop.orders`: types that drift, and records that change. */
const NIGHTS: readonly (readonly Record<string, unknown>[])[] = [
  [
    { id: 1, u: 1, amount: 34, note: null, tags: [], more: { a: 1 }, big: 9007199254740993n },
    { id: 2, u: 1, amount: 35, note: null, tags: [], more: { a: 2 } },
    { id: 3, u: 1, amount: 36, note: null, tags: [], more: {} },
  ],
  [
    {
      id: 2,
      u: 2,
      amount: 35.5,
      note: 'it\'s "so"\n\\ \u0000 é',
      tags: ["x"],
      more: { a: 2.5, b: "c" },
    },
    { id: 4, u: 2, amount: "37.0", note: "", tags: null, more: null },
  ],
  [{
    id: 1,
    u: 3,
    amount: "1.5e3",
    note: { deep: [{ k: true }] },
    mixed: [1, { k: true }, "x"],
    tags: ["y", null],
    flag: true,
    huge: 12345678901234567890123n,
  }, { id: 6, u: 3, amount: 0, note: null, tags: null, more: null }],
  [],
  [{ id: 5, u: 5, amount: 1, note: 7, tags: [], flag: null, late: [{ z: 1 }, { z: 2 }] }],
];

const ODD = { "a\"b'c": 1, "we`ird;--": "x", "line\nbreak": 2, "a.b": { "c d": 1 }, dt: "mine" };

/** Both zeros, and so often that a dictionary of them pays. */
const ZEROS = ["0.0", "-0.0", "0.5"];

/** Texts in place of numbers that JSON.stringify cannot write. */
function encode(records: readonly unknown[]): string {
  const text = JSON.stringify(
    records,
    (_, value) => typeof value === "bigint" ? `big ${value}` : value,
  );
  return text.replaceAll(/"big (\d+)"/g, "$1")
    .replaceAll(/"amount":"([^"]*)"/g, '"amount":$1');
}

function answer(path: string, night: number): string {
  switch (path) {
    case "/orders":
      return encode(NIGHTS[night] ?? []);
    case "/items": // A snapshot that changes each night, with a nested key.
      return encode(Array.from({ length: 5 + night }, (_, at) => ({
        key: { of: [at], name: `n${at}` },
        price: at + night / 2,
      })));
    case "/feed":
      return encode([{ night, same: "record" }, { night, same: "record" }]);
    case "/odd":
      return encode([{
        ...ODD,
        filename: `f${night}`,
        __part: "p",
        __row: 1,
        _corrupt_record: "no",
      }]);
    case "/shadow": // Names that Spark has for itself; the later version counts, whatever its "file" is called.
      return encode([{
        id: 1,
        night,
        _metadata: { file_name: `${9 - night}`, file_block_start: 9 },
      }]);
    case "/shadowed":
      return encode([{ id: night, _METADATA: 1, __metadata: "x" }]);
    case "/row_index":
      return encode([{ id: night, _tmp_metadata_row_index: 7 }]);
    case "/deep":
      return `[{"id":${night},"lists":${"[".repeat(400)}${"]".repeat(400)},"objects":${
        '{"k":'.repeat(400)
      }1${"}".repeat(400)}}]`;
    case "/cased": // Names that only some engines can tell apart.
      return encode([{ id: night, a: 1, A: 2 }]);
    case "/recased": // A name that is written otherwise from the third night on.
      return encode([night < 2 ? { id: night, a: 0.5 } : { ID: night, a: "-0.0" }]);
    case "/late_cased": // Of Parquet alone, the first nights have columns, and the others texts.
      return encode(
        [1, 2].map((id) => ({ id, a: night, record: "own", ...(night < 2 ? {} : { A: 0 }) })),
      );
    case "/folded": // The same letters to Java, and to nobody else.
      return encode([{ id: night, s: 1, "\u017f": 2, "\u00b5": 3, "\u03bc": 4 }]);
    case "/zeros":
      return encode([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => ({ id, amount: ZEROS[id % 3] })));
    case "/nested_cased":
      return encode([1, 2].map((a) => ({ id: night, inner: { a, A: "two" } }))); // the later one counts
    default:
      return encode([{ id: night }]);
  }
}

function yaml(url: string, name: string): string {
  return `
name: hostile
lake: ${JSON.stringify(`${name}/lake`)}
audit: audit.db
log_dir: logs
sources:
  - name: vendor
    type: files
    path: drop
    min_age: 0s
  - name: forms
    type: files
    path: forms_in
    min_age: 0s
    expect: { columns: [id, ID, ID_2, _metadata] }
  - name: web
    type: logs
    path: logs_in
    min_age: 0s
  - name: shop
    type: api
    base_url: ${url}
    max_shrink: 100%
    streams:
      - name: orders
        path: /orders
        pagination: { type: none }
        primary_key: [id]
        incremental: { field: u, start_param: since, format: epoch_ms, param_format: epoch_ms, lag: 0s }
      - { name: items, path: /items, pagination: { type: none }, primary_key: [key.of.0] }
      - { name: feed, path: /feed, pagination: { type: none }, mode: append }
      - { name: odd, path: /odd, pagination: { type: none }, mode: append }
      - { name: cased, path: /cased, pagination: { type: none }, mode: append, primary_key: [id] }
      - { name: recased, path: /recased, pagination: { type: none }, mode: append, primary_key: [a] }
      - { name: late_cased, path: /late_cased, pagination: { type: none }, mode: append, primary_key: [id] }
      - { name: folded, path: /folded, pagination: { type: none }, mode: append }
      - { name: shadow, path: /shadow, pagination: { type: none }, mode: append, primary_key: [id] }
      - { name: shadowed, path: /shadowed, pagination: { type: none }, mode: append }
      - { name: row_index, path: /row_index, pagination: { type: none }, mode: append }
      - { name: deep, path: /deep, pagination: { type: none }, mode: append, primary_key: [id] }
      - { name: zeros, path: /zeros, pagination: { type: none }, mode: append }
      - { name: nested_cased, path: /nested_cased, pagination: { type: none }, mode: append, primary_key: [id] }
      - { name: last, path: /last, pagination: { type: none }, mode: append }
`;
}

/** Files of one night; the first is corrected later. */
function dropFiles(folder: string, night: number): void {
  const write = (name: string, text: string) => Deno.writeTextFileSync(join(folder, name), text);
  if (night === 0) {
    write("drop/prices.csv", 'sku,"Price, net",id\nA,1,\n"B ""b""","",x\n C ,3,\'\n');
    write("forms_in/a.csv", "id,ID,ID_2,_metadata\n1,2,3,4\n");
  }
  writeLog(join(folder, "logs_in"), night);
  if (night === 1) write("drop/prices.csv", 'sku,"Price, net",id\nA,2,\n');
  if (night === 2) write("drop/notes.csv", 'sku,"Price, net",id\n"two\nlines",\\n,"\\"\n');
}

/** Writes on a log that is rotated in the third night. */
function writeLog(folder: string, night: number): void {
  const [from, to] = [night === 0 ? 0 : eventsAfter(night - 1), eventsAfter(night)];
  const path = join(folder, "access.log");
  Deno.writeTextFileSync(path, LINES.slice(from, to).join(""), { append: true });
  if (night === 2) Deno.renameSync(path, `${path}.1`);
}

/** Events in the log of `web.web` after a night. */
export function eventsAfter(night: number): number {
  return Math.min(20 + 3 * night, LINES.length);
}

const LINES = Array.from(
  { length: 60 },
  (_, at) =>
    `192.0.2.${at} - - [10/Oct/2026:13:55:${
      String(at).padStart(2, "0")
    } +0200] "GET /a?b=${at}&c=d HTTP/1.1" 200 ${at} "-" "curl/8"\n`,
);

/**
 * Makes one, without a run.
 *
 * @param formatOf The format of the parts of each night. If it is not that of JSON lines, the same nights are published in
 * another lake as well, in which a test can read them.
 * @param options Without `hasNul` no text has a NUL; `name` is that of the folder that the lake is in.
 */
export async function hostileLake(
  formatOf: (night: number) => PartFormatName = () => "jsonl.gz",
  { hasNul = true, name = FOLDER }: { readonly hasNul?: boolean; readonly name?: string } = {},
): Promise<HostileLake> {
  const folder = await Deno.makeTempDir();
  for (const one of ["drop", "forms_in", "logs_in", name]) Deno.mkdirSync(join(folder, one));
  let night = -1;
  const made: { onLast: () => Promise<void> } = { onLast: () => Promise.resolve() };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/last") await made.onLast();
      const text = answer(pathname, night);
      return new Response(hasNul ? text : text.replaceAll("\\u0000", ""), {
        headers: { "content-type": "application/json" },
      });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const configPath = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(configPath, yaml(url, name));
  const twinPath = join(folder, "twin.yaml");
  const ofTwin = yaml(url, name).replace(/^lake: .*$/m, "lake: twin").replace(
    "audit.db",
    "twin.db",
  );
  await Deno.writeTextFile(twinPath, ofTwin);
  const [config, twin] = await Promise.all(
    [configPath, twinPath].map(async (path) =>
      await describeSources(await loadConfig(path, { env: () => undefined }), "here")
    ),
  );
  if (config === undefined || twin === undefined) throw new TypeError("expected two");
  const hasTwin = formatOf(100) !== "jsonl.gz";
  const runs: string[] = [];
  const twinRuns: string[] = [];
  return Object.assign(made, {
    lake: config.lake,
    audit: config.audit,
    configPath,
    config,
    runs,
    readable: { lake: hasTwin ? twin.lake : config.lake, runs: hasTwin ? twinRuns : runs },
    async run() {
      dropFiles(folder, ++night);
      const summary = await runPipeline({ ...config, part_format: formatOf(night) });
      runs.push(summary.run_id);
      if (hasTwin) twinRuns.push((await runPipeline(twin)).run_id);
      return summary;
    },
    async retract(runId: string) {
      await retractRun(config, runId);
      if (hasTwin) await retractRun(twin, twinRuns[runs.indexOf(runId)] ?? "");
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  });
}
