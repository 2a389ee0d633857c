// Asks the next source where a value is wrong.
/** What was read, and by whom it was said; nothing in here is checked yet. */
export interface Sources {
  /** The parsed file. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Environment variables, under the settings' own keys. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Command-line flags, under the settings' own keys. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Settings that can be relied on. */
export interface Settings {
  readonly url: string;
  readonly retries: number;
  /** Seconds. */
  readonly timeout: number;
  readonly dryRun: boolean;
}

/** Decides which value holds for each key, checks it, and says everything that is wrong at once. */
export function readSettings(sources: Sources): Settings {
  const problems: string[] = [];
  function read<Value>(key: string, wanted: string, parse: (raw: unknown) => Value | undefined) {
    for (const source of [sources.flags, sources.env, sources.file]) {
      const value = source[key] === undefined ? undefined : parse(source[key]);
      if (value !== undefined) return value;
    }
    const found = find(sources, key);
    const value = parse(undefined);
    if (value === undefined) problems.push(problem(key, wanted, found));
    return value;
  }
  const url = read("url", "an http: or https: address", parseUrl);
  const retries = read("retries", "a whole number from 0 to 10", (raw = 3) => {
    const number = parseNumber(raw);
    return Number.isInteger(number) && number <= 10 ? number : undefined;
  });
  const timeout = read("timeout", "seconds, above 0", (raw = 30) => {
    const number = parseNumber(raw);
    return number > 0 ? number : undefined;
  });
  const dryRun = read("dryRun", "true or false", parseBoolean);
  if (url === undefined || retries === undefined || timeout === undefined || dryRun === undefined) {
    throw new Error(`Cannot use the settings: ${problems.join("; ")}`);
  }
  return { url, retries, timeout, dryRun };
}

interface Found {
  readonly value: unknown;
  readonly origin: string;
}

function find({ flags, env, file }: Sources, key: string): Found {
  if (flags[key] !== undefined) return { value: flags[key], origin: "flag" };
  if (env[key] !== undefined) return { value: env[key], origin: "environment" };
  return { value: file[key], origin: "file" };
}

function problem(key: string, wanted: string, { value, origin }: Found): string {
  if (value === undefined) {
    return `${key} is missing in flag, environment and file, wanted ${wanted}`;
  }
  return `${key} is ${JSON.stringify(value)} (${origin}), wanted ${wanted}`;
}

function parseUrl(raw: unknown): string | undefined {
  if (typeof raw !== "string" || !URL.canParse(raw)) return undefined;
  return /^https?:$/.test(new URL(raw).protocol) ? raw : undefined;
}

/** Returns NaN for what is no plain number from 0 up; every comparison with it is false. */
function parseNumber(raw: unknown): number {
  if (typeof raw === "number") return raw >= 0 ? raw : NaN;
  return typeof raw === "string" && /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : NaN;
}

function parseBoolean(raw: unknown = false): boolean | undefined {
  if (raw === true || raw === "true") return true;
  return raw === false || raw === "false" ? false : undefined;
}
