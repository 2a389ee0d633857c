import type { Entry } from "./_entry.ts";

/** Options of {@linkcode formatTerminal}. */
export interface TerminalLineOptions {
  /** Whether to color. */
  readonly color: boolean;
  /** The fields to show. @default all */
  readonly fields?: readonly string[] | undefined;
}

const MARKS = {
  trace: ["trace", 2],
  debug: ["debug", 2],
  info: ["info ", 0],
  warning: ["warn ", 33],
  error: ["error", 31],
  fatal: ["fatal", 31],
} as const;

/** Writes an entry as one line for people: `12:30:01 warn  api  Waiting before the next attempt  wait_ms=1000`. */
export function formatTerminal(entry: Entry, options: TerminalLineOptions): string {
  function paint(text: string, code: number): string {
    return options.color && code > 0 ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
  const [mark, code] = MARKS[entry.level];
  // The run is the same in every line of a terminal: only the file needs the ids.
  // In the order in which they are asked for: what is cut off at the right matters least.
  const shown = options.fields ?? Object.keys(entry.fields);
  const fields = shown.filter((key) => !IDS.has(key) && Object.hasOwn(entry.fields, key))
    .map((key) => [key, entry.fields[key]] as const);
  const words = fields.map(([key, value]) => `${paint(`${oneLine(key)}=`, 2)}${fieldText(value)}`);
  return [
    `${paint(entry.time.slice(11, 19), 2)} ${paint(mark, code)} ${
      paint(entry.category.replace(/^headwaters\./, ""), 36)
    }`,
    oneLine(entry.message),
    words.join(" "),
  ].filter((part) => part !== "").join("  ");
}

const IDS: ReadonlySet<string> = new Set(["run_id", "trace_id", "span_id"]);

function fieldText(value: unknown): string {
  if (isRecord(value) && typeof value["message"] === "string" && "name" in value) {
    return JSON.stringify(oneLine(errorText(value)));
  }
  if (typeof value !== "string") return oneLine(JSON.stringify(value) ?? "");
  return /^[^\s"=]+$/.test(value) ? oneLine(value) : oneLine(JSON.stringify(value));
}

/** An error and its causes: `http-status: Cannot fetch ... <- TypeError: fetch failed`. */
function errorText(error: Record<string, unknown>): string {
  const head = `${error["code"] ?? error["name"]}: ${error["message"]}`;
  return isRecord(error["cause"]) ? `${head} <- ${errorText(error["cause"])}` : head;
}

/** Foreign text must neither break the line nor steer the terminal. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " | ").replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Says whether a value is an object with named values. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
