import { dirname } from "node:path";
import { DataError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { DATE_ORDERS } from "../../log_parser/date_order.ts";
import { LOG_LEVELS } from "../../log_parser/log_levels.ts";
import { type Access, isWithin } from "../access.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { type InputFile, inputFiles } from "../inputs.ts";
import { halfWay, makeFolder, refuseSameResult, writeWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { checkFormat, checkTimes, dateOrderOf, filterOf, readFormat } from "./_flags.ts";
import type { LogTarget } from "./targets.ts";
import type { ParsedLog, ParseLogFileOptions } from "./parse_log_file.ts";
import { load } from "../load.ts";

const STDIN = "-";

/** `headwaters logs parse LOG...` */
export const logsParse = defineCommand({
  spec: {
    name: "",
    meaning: "Parse logs: account for each line, count, and write normalized records",
    words: {
      "LOG...":
        'Logs, plain, gzip or zstd; a folder, a quoted glob or a named pipe; "-" is standard input',
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
        meaning: "Year of times without one, as syslog writes them",
        default: "the newest that is not after the file's last change",
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
        meaning: "Write LOG.jsonl.gz there, and _LOG.rejects.jsonl.gz if lines are rejected",
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
    const inputs = inputsOf(words, cwd, flags.out);
    if (inputs === STDIN) return { read: formats };
    const files = inputs.files.filter(({ problem }) => problem === undefined);
    const read = [...inputs.read, ...formats];
    if (flags.out === undefined) return { read };
    const out = pathFrom(cwd, flags.out);
    const targets = await targetsIn(out, files);
    refuseSameResult(targets.map(({ name, records }) => ({ name, result: records })));
    const { schemaFiles } = await load("cli/logs/targets.ts");
    const schema = Map.groupBy(schemaFiles(out), ({ isThere }) => isThere);
    const pathsOf = (isThere: boolean) => schema.get(isThere)?.map(({ path }) => path) ?? [];
    return {
      read: [...read, ...pathsOf(true)],
      files: [...targets.flatMap(({ records, rejects }) => [records, rejects]), ...pathsOf(false)],
      makes: out,
    };
  },
  async run({ words, flags }, context) {
    const { isUsable, LogReport } = await load("cli/logs/report.ts");
    const { parseLogFile, parseLogStream } = await load("cli/logs/parse_log_file.ts");
    const { format, timezone, year, strict, rejects, force } = flags;
    const { cwd, signal } = context;
    const reading = {
      ...{ format, timezone, year, strict, rejects, signal },
      ...filterOf(flags),
      dateOrder: dateOrderOf(flags["date-order"]),
      formats: flags.formats === undefined ? [] : [readFormat(pathFrom(cwd, flags.formats))],
    };
    const inputs = inputsOf(words, cwd, flags.out);
    if (inputs === STDIN) {
      const report = new LogReport(context, flags.json);
      const log = { name: "standard input", path: STDIN };
      await report.add(log, () => parseLogStream(stdinUntil(signal), reading));
      return report.end();
    }
    const out = flags.out === undefined ? undefined : pathFrom(cwd, flags.out);
    const files = inputs.files.filter(({ problem }) => problem === undefined);
    const logs = out === undefined ? files : await targetsIn(out, files);
    const total = files.reduce((sum, { path }) => sum + Deno.statSync(path).size, 0);
    using progress = new ReadProgress(context, { verb: "parsing", total });
    const report = new LogReport(aroundProgress(context, progress), flags.json);
    using folders = new DisposableStack();
    for (const folder of foldersOf(logs, out)) folders.use(makeFolder(folder));
    for (const log of inputs.files) {
      const { problem } = log;
      if (problem === undefined) continue;
      await report.add(log, () => Promise.reject(new DataError("file-type", problem)));
    }
    for (const log of logs) {
      const onRead = (bytes: number) => progress.read(log.name, bytes);
      const parse = (more: ParseLogFileOptions = {}) =>
        parseLogFile(log.path, { ...reading, onRead, ...more });
      try {
        await report.add(
          log,
          () => isTarget(log) ? parseInto(log, parse, { force, isUsable }) : parse(),
        );
      } catch (error) {
        throw halfWay(error, report.written, { force, signal });
      }
    }
    const code = report.end();
    if (out === undefined || code === EXIT_CODES.failed) return code;
    const { writeSchema } = await load("cli/logs/targets.ts");
    await writeSchema(out, files.map(({ path }) => path));
    return code;
  },
});

/**
 * Both files are whole; the records come last, so that they never are there without their rejects. A log without a good
 * line leaves neither: most likely its format is another one, and the next try is not to be in its way.
 */
function parseInto(
  { path, source, records, rejects }: LogTarget,
  parse: (options: ParseLogFileOptions) => Promise<ParsedLog>,
  { force, isUsable }: {
    readonly force: boolean;
    readonly isUsable: (parsed: ParsedLog) => boolean;
  },
): Promise<ParsedLog> {
  const options = { force, inputs: [path] };
  return writeWhole(
    records,
    (out) =>
      writeWhole(rejects, (rejectsOut) => parse({ source, out, rejectsOut }), {
        ...options,
        keep: (parsed) => !isUsable(parsed) ? "old" : parsed.quarantined > 0 ? "new" : "none",
      }),
    { ...options, keep: (parsed) => isUsable(parsed) ? "new" : "old" },
  );
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
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop);
  for (;;) {
    const buffer = new Uint8Array(64 * 1024);
    const read = await Promise.race([Deno.stdin.read(buffer), stopped.promise]);
    if (read === null) return signal.removeEventListener("abort", stop);
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

function inputsOf(words: readonly string[], cwd: string, out: string | undefined) {
  if (!words.includes(STDIN)) return inputFiles(words, cwd, { anything: true });
  if (words.length > 1) {
    throw new UsageError("usage", 'Cannot parse "-" together with files: it is standard input');
  }
  if (out === undefined) return STDIN;
  throw new UsageError(
    "usage",
    'Cannot use flag "--out" with "-": records are identified by their file; save it first',
  );
}

/** Folders of the results, each after the one that it is in. */
function foldersOf(logs: readonly (InputFile | LogTarget)[], out: string | undefined): string[] {
  const folders = new Set<string>();
  for (const log of logs) {
    if (!isTarget(log) || out === undefined) continue;
    const way: string[] = [];
    for (let at = dirname(log.records); isWithin(at, out); at = dirname(at)) way.unshift(at);
    for (const folder of way) folders.add(folder);
  }
  return [...folders];
}
