import { dirname } from "node:path";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { isTimeZone } from "../../grammar/mod.ts";
import { storageError } from "../../io/mod.ts";
import { DATE_ORDERS, type DateOrder } from "../../log_parser/date_order.ts";
import { LOG_FORMATS } from "../../log_parser/log_formats.ts";
import { type Access, isWithin } from "../access.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { DRY_RUN, FORCE, JSON_FLAG } from "../flags.ts";
import { type InputFile, inputFiles } from "../inputs.ts";
import { halfWay, makeFolder, refuseSameResult, writeWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import type { LogTarget } from "./targets.ts";
import type { ParsedLog, ParseLogFileOptions } from "./parse_log_file.ts";
import { load } from "../load.ts";

const STDIN = "-";

/** `headwaters logs parse LOG...` */
export const logsParse = defineCommand({
  spec: {
    name: "",
    meaning: "Parse logs: account for each line, count, and write normalized records",
    words: { "LOG...": 'Logs, plain or gzip, or a quoted glob; "-" is standard input' },
    flags: {
      format: {
        type: "string",
        short: "f",
        meaning: `One of ${Object.keys(LOG_FORMATS).join(", ")}`,
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
      strict: { type: "boolean", meaning: "Leave out every time that would be guessed" },
      formats: {
        type: "string",
        value: "FILE",
        meaning: "A log format of your own in YAML; see lib/log_parser/formats",
      },
      rejects: {
        type: "boolean",
        meaning: "LOG... are files of rejected lines that --out has left: parse those again",
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
      "headwaters logs parse '/var/log/nginx/*' --out normalized": "for Spark",
      "headwaters logs parse normalized/_app.log.rejects.jsonl.gz --rejects --formats app.yaml":
        "after a fix",
      "kubectl logs web-0 | headwaters logs parse -": "without a file",
    },
  },
  async access({ words, flags }, cwd): Promise<Access> {
    if (flags.formats === undefined) checkFormat(flags.format);
    checkTimes(flags);
    dateOrderOf(flags["date-order"]);
    const formats = flags.formats === undefined ? [] : [pathFrom(cwd, flags.formats)];
    const inputs = inputsOf(words, cwd, flags.out);
    if (inputs === STDIN) return { read: formats };
    const { files } = inputs;
    const read = [...inputs.read, ...formats];
    if (flags.out === undefined) return { read };
    const out = pathFrom(cwd, flags.out);
    const targets = await targetsIn(out, files);
    refuseSameResult(targets.map(({ name, records }) => ({ name, result: records })));
    const { schemaFiles } = await load("cli/logs/targets.ts");
    const schema = schemaFiles(out).map(({ path }) => path);
    return {
      read,
      files: [...targets.flatMap(({ records, rejects }) => [records, rejects]), ...schema],
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
    const logs = out === undefined ? inputs.files : await targetsIn(out, inputs.files);
    const total = inputs.files.reduce((sum, { path }) => sum + Deno.statSync(path).size, 0);
    using progress = new ReadProgress(context, { verb: "parsing", total });
    const report = new LogReport(aroundProgress(context, progress), flags.json);
    using folders = new DisposableStack();
    for (const folder of foldersOf(logs, out)) folders.use(makeFolder(folder));
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
    await writeSchema(out, inputs.files.map(({ path }) => path));
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
  if (!words.includes(STDIN)) return inputFiles(words, cwd);
  if (words.length > 1) {
    throw new UsageError("usage", 'Cannot parse "-" together with files: it is standard input');
  }
  if (out === undefined) return STDIN;
  throw new UsageError(
    "usage",
    'Cannot use flag "--out" with "-": records are identified by their file; save it first',
  );
}

function checkFormat(format: string | undefined): void {
  if (format === undefined || Object.hasOwn(LOG_FORMATS, format)) return;
  const known = Object.keys(LOG_FORMATS).join(", ");
  throw new UsageError(
    "usage",
    `Cannot use flag "--format": found "${format}", expected one of ${known}`,
  );
}

function dateOrderOf(order: string | undefined): DateOrder | undefined {
  const found = DATE_ORDERS.find((one) => one === order);
  if (order === undefined || found !== undefined) return found;
  throw new UsageError(
    "usage",
    `Cannot use flag "--date-order": found "${order}", expected one of ${DATE_ORDERS.join(", ")}`,
  );
}

function readFormat(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** What is wrong is said once, before the first log is opened. */
function checkTimes(
  { timezone, year }: { readonly timezone: string | undefined; readonly year: number | undefined },
): void {
  if (timezone !== undefined && !isTimeZone(timezone)) {
    throw new UsageError(
      "usage",
      `Cannot use flag "--timezone": found "${timezone}", ` +
        "expected the name of a time zone such as Europe/Berlin, or an offset such as +02:00",
    );
  }
  if (year === undefined || Number.isSafeInteger(year) && year >= 1970 && year <= 9999) return;
  throw new UsageError(
    "usage",
    `Cannot use flag "--year": found ${year}, expected a year from 1970 to 9999`,
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
