import { fileURLToPath } from "node:url";
import { DataError, EXIT_CODES } from "../../errors/mod.ts";
import { untilStopped } from "../../io/mod.ts";
import { DATE_ORDERS } from "../../log_parser/date_order.ts";
import { LOG_LEVELS } from "../../log_parser/log_levels.ts";
import type { Access } from "../access.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import type { InputFile } from "../inputs.ts";
import { checkResults, halfWay, makeFoldersOf } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { logInputs, STDIN } from "./_log_inputs.ts";
import { checkFormat, checkTimes, dateOrderOf, filterOf, readFormat } from "./_flags.ts";
import type { LogTarget } from "./targets.ts";
import type { ParseLogFileOptions } from "./parse_log_file.ts";
import { ParsePool } from "./parse_pool.ts";
import type { LogReport } from "./report.ts";
import { load } from "../load.ts";

const LIB = fileURLToPath(new URL("../../", import.meta.url)).replace(/[/\\]$/, "");
/** Logs that are smaller together are read before a worker has begun. */
const WORTH_WORKERS = 32 * 1024 * 1024;
/** A log that is smaller is counted before a worker has begun. */
const WORTH_PARTS = 256 * 1024 * 1024;
/** Of lines that are rejected a piece is larger in memory than in the log: of millions, V8 would let 240 MB pile up. */
const YOUNG_MIB = 8;

/** `headwaters logs parse LOG...` */
export const logsParse = defineCommand({
  spec: {
    name: "",
    meaning: "Parse logs: account for each line, count, and write normalized records",
    words: {
      "LOG...":
        'Logs, plain, gzip or zstd; a folder, a quoted glob or a named pipe; "-" is standard input. A folder or glob passes over ' +
        "names that begin with . or _, a folder also over what is in --out",
    },
    flags: {
      format: {
        type: "string",
        short: "f",
        value: "FORMAT",
        meaning:
          "Format of the lines, such as combined, jsonl, rfc5424 or app; REFERENCE.md lists all",
        default: "auto",
      },
      timezone: {
        type: "string",
        value: "ZONE",
        meaning: "Time zone of times without one, such as Europe/Berlin or +02:00",
        default: "UTC",
      },
      year: {
        type: "number",
        value: "YYYY",
        meaning: "Year of the first time without one, as syslog writes them; " +
          "the next begins where a date is more than a month back",
        default: "the newest in which the newest line is not after the file's last change",
      },
      "date-order": {
        type: "string",
        value: "ORDER",
        meaning: `Order of dates such as 07/08/22: ${DATE_ORDERS.join(", ")}`,
        default: "the only one in which the file's dates exist and do not fall",
      },
      strict: {
        type: "boolean",
        meaning: "Leave out a time if part of it would be a guess, such as its year or zone",
      },
      formats: {
        type: "string",
        value: "FILE",
        meaning: "A log format of your own in YAML; see lib/log_parser/formats",
      },
      rejects: {
        type: "boolean",
        meaning: "LOG... are files of rejected lines that --out has left: parse those again",
      },
      since: {
        type: "string",
        value: "TIME",
        meaning: "Leave out what is earlier, or has no time: a date, or a time with its zone",
      },
      until: {
        type: "string",
        value: "TIME",
        meaning: "Leave out what is not earlier, or has no time",
      },
      level: {
        type: "string",
        value: "LEVEL",
        meaning: `Leave out what is below, or has no level: ${LOG_LEVELS.join(", ")}`,
      },
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning:
          "Write LOG.jsonl.gz there, and _LOG.rejects.jsonl.gz if lines are rejected; nothing of a log without a record",
      },
      force: FORCE,
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters logs parse access.log": "what is in it",
      "headwaters logs parse auth.log.gz --timezone Europe/Berlin --year 2024": "an old syslog",
      "headwaters logs parse /var/log/nginx --out normalized": "for Spark",
      "headwaters logs parse app.log --since 2026-05-01T10:00:00Z --level error": "one bad hour",
      "headwaters logs parse normalized/_app.log.rejects.jsonl.gz --rejects --formats app.yaml":
        "after a fix",
      "kubectl logs web-0 | headwaters logs parse -": "without a file",
    },
  },
  async access({ words, flags }, cwd): Promise<Access> {
    await checkFormat(flags.format, flags.formats, cwd);
    checkTimes(flags);
    filterOf(flags);
    dateOrderOf(flags["date-order"]);
    const formats = flags.formats === undefined ? [] : [pathFrom(cwd, flags.formats)];
    const inputs = logInputs(words, { ...flags, cwd });
    if (inputs === STDIN) return { read: formats, youngMiB: YOUNG_MIB };
    const files = inputs.files.filter(({ problem }) => problem === undefined);
    // A worker's modules are read when it begins.
    const own = wantsWorkers(files) || flags.out === undefined && wantsParts(files) ? [LIB] : [];
    const read = [...inputs.read, ...formats, ...own];
    if (flags.out === undefined) return { read, youngMiB: YOUNG_MIB };
    const out = pathFrom(cwd, flags.out);
    const targets = await targetsIn(out, files);
    checkResults(targets.map((log) => ({ entry: { path: log.name }, result: log.records })));
    const { schemaFiles } = await load("cli/logs/targets.ts");
    const schema = Map.groupBy(schemaFiles(out), ({ isThere }) => isThere);
    const pathsOf = (isThere: boolean) => schema.get(isThere)?.map(({ path }) => path) ?? [];
    return {
      read: [...read, ...pathsOf(true)],
      files: [...targets.flatMap(({ records, rejects }) => [records, rejects]), ...pathsOf(false)],
      makes: out,
      youngMiB: YOUNG_MIB,
    };
  },
  async run({ words, flags }, context) {
    const { LogReport } = await load("cli/logs/report.ts");
    const { format, timezone, year, strict, rejects, force } = flags;
    const { cwd, signal } = context;
    const reading = {
      ...{ format, timezone, year, strict, rejects },
      ...filterOf(flags),
      dateOrder: dateOrderOf(flags["date-order"]),
      formats: flags.formats === undefined ? [] : [readFormat(pathFrom(cwd, flags.formats))],
    };
    const inputs = logInputs(words, { ...flags, cwd });
    if (inputs === STDIN) {
      const report = new LogReport(context, flags.json);
      const { parseLogStream } = await load("cli/logs/parse_log_file.ts");
      const log = { name: "standard input", path: STDIN };
      await report.add(log, () => parseLogStream(stdinUntil(signal), { ...reading, signal }));
      return report.end();
    }
    const out = flags.out === undefined ? undefined : pathFrom(cwd, flags.out);
    const files = inputs.files.filter(({ problem }) => problem === undefined);
    const logs = out === undefined ? files : await targetsIn(out, files);
    const total = files.reduce((sum, { path }) => sum + Deno.statSync(path).size, 0);
    using progress = new ReadProgress(context, { verb: "parsing", total });
    const report = new LogReport(aroundProgress(context, progress), flags.json);
    const targets = out === undefined ? [] : logs.filter(isTarget).map(({ records }) => records);
    using _folders = makeFoldersOf(targets, out ?? "");
    for (const log of inputs.files) {
      const { problem } = log;
      if (problem === undefined) continue;
      await report.add(log, () => Promise.reject(new DataError("file-type", problem)));
    }
    await parseAll(logs, { reading, force, signal, report, progress });
    if (out !== undefined && report.code !== EXIT_CODES.failed) {
      const { writeSchema } = await load("cli/logs/targets.ts");
      // Before the document is printed: an error is one as well.
      await writeSchema(out, { force, inputs: files.map(({ path }) => path) });
    }
    return report.end();
  },
});

interface ParseAllOptions {
  readonly reading: ParseLogFileOptions;
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly report: LogReport;
  readonly progress: ReadProgress;
}

/** Parses logs, several at a time if that is worth it, and reports them in their order. */
async function parseAll(
  logs: readonly (InputFile | LogTarget)[],
  { reading, force, signal, report, progress }: ParseAllOptions,
): Promise<void> {
  const onRead = ({ name }: InputFile, bytes: number) => progress.read(name, bytes);
  const { parseInto } = await load("cli/logs/parse_into.ts");
  const jobs = logs.map((log) => ({ log, reading, force }));
  await using pool = wantsWorkers(logs)
    ? new ParsePool(jobs, { size: navigator.hardwareConcurrency, onRead, signal })
    : undefined;
  for (const log of logs) {
    const here = { ...reading, signal, onRead: (bytes: number) => onRead(log, bytes) };
    const inParts = async () => {
      if (!wantsParts(logs)) return undefined;
      const { parseInParts } = await load("cli/logs/parse_in_parts.ts");
      return await parseInParts(log, reading, { onRead, signal });
    };
    const parse = async () =>
      await pool?.next() ?? await inParts() ?? await parseInto(log, here, { force });
    try {
      await report.add(log, parse);
    } catch (error) {
      const ahead = (await pool?.stop() ?? []).filter(isTarget).map(({ records }) => records);
      throw halfWay(error, [...report.written, ...ahead], { force, signal });
    }
  }
}

/** Whether the only log is counted in parts: it is large, and nothing is written. */
function wantsParts(files: readonly (InputFile | LogTarget)[]): boolean {
  const [file] = files;
  if (file === undefined || files.length > 1 || isTarget(file)) return false;
  const { isFile, size } = Deno.statSync(file.path);
  return isFile && size >= WORTH_PARTS && navigator.hardwareConcurrency > 1;
}

/** Whether the logs are parsed several at a time: not if one is a pipe, which can be read only once. */
function wantsWorkers(files: readonly InputFile[]): boolean {
  if (files.length < 2 || navigator.hardwareConcurrency < 2) return false;
  const infos = files.map(({ path }) => Deno.statSync(path));
  return infos.every(({ isFile }) => isFile) &&
    infos.reduce((sum, { size }) => sum + size, 0) >= WORTH_WORKERS;
}

/** Results take the place of what is drawn. */
function aroundProgress(context: CommandContext, progress: ReadProgress): CommandContext {
  return {
    ...context,
    write: (text) => progress.write(text),
    tell: (text) => {
      progress[Symbol.dispose]();
      context.tell(text);
    },
  };
}

/** A pipe may be silent for hours; a stop does not wait for it. */
async function* stdinUntil(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = new Uint8Array(64 * 1024);
    const read = await untilStopped(Deno.stdin.read(buffer), signal);
    if (read === null) return;
    yield buffer.subarray(0, read);
  }
}

async function targetsIn(out: string, files: readonly InputFile[]): Promise<LogTarget[]> {
  const { targetsOf } = await load("cli/logs/targets.ts");
  return targetsOf(files, out);
}

function isTarget(log: InputFile | LogTarget): log is LogTarget {
  return "records" in log;
}
