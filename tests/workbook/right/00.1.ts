import type { Settings, Sources } from "../../../notebooks/exercises/00/00.1_untangle/stub.ts";
import type { Subject } from "../../../notebooks/exercises/00/00.1_untangle/check.ts";

type Origin = "flag" | "environment" | "file";

/** A class of their own, as the toolkit's errors are. */
class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const KEYS = ["url", "retries", "timeout", "dryRun"] as const;
const PARSERS: Record<string, (raw: unknown) => unknown> = {
  url: (raw) => {
    if (typeof raw !== "string" || !/^https?:\/\//.test(raw)) return undefined;
    return URL.parse(raw) ? raw : undefined;
  },
  retries: (raw) => {
    if (raw === undefined) return 3;
    const number = typeof raw === "string" && /^\d+$/.test(raw) ? parseInt(raw) : raw;
    return Number.isInteger(number) && Number(number) >= 0 && Number(number) <= 10
      ? number
      : undefined;
  },
  timeout: (raw) => {
    if (raw === undefined) return 30;
    const number = typeof raw === "string" && /^[0-9]+(\.[0-9]+)?$/.test(raw)
      ? parseFloat(raw)
      : raw;
    return typeof number === "number" && number > 0 ? number : undefined;
  },
  dryRun: (raw) => raw === undefined ? false : { true: true, false: false }[String(raw)],
};

function decide({ file, env, flags }: Sources) {
  const problems: { key: string; value: unknown; origin: Origin }[] = [];
  const settings: Record<string, unknown> = {};
  for (const key of KEYS) {
    const value = flags[key] ?? env[key] ?? file[key];
    const origin = flags[key] !== undefined
      ? "flag"
      : env[key] !== undefined
      ? "environment"
      : "file";
    const parsed = PARSERS[key]?.(value);
    if (parsed === undefined) problems.push({ key, value, origin });
    settings[key] = parsed;
  }
  return { problems, settings: settings as unknown as Settings };
}

function sentences(sources: Sources): string[] {
  return decide(sources).problems.map(({ key, value, origin }) => `${key}: ${value} (${origin})`);
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "an error class of their own": {
    readSettings(sources) {
      const problems = sentences(sources);
      if (problems.length > 0) throw new SettingsError(problems);
      return decide(sources).settings;
    },
  },
  "a TypeError that names the keys": {
    readSettings({ file, env, flags }) {
      const problems = sentences({ file, env, flags });
      if (problems.length > 0) throw new TypeError(problems.join("; "));
      return decide({ file, env, flags }).settings;
    },
  },
  "a RangeError with the details as its cause": {
    readSettings(sources) {
      const { problems, settings } = decide(sources);
      if (problems.length === 0) return settings;
      throw new RangeError(sentences(sources).join(), { cause: problems });
    },
  },
  "an AggregateError with an error for each key": {
    readSettings(sources) {
      const problems = sentences(sources).map((text) => new Error(text));
      if (problems.length > 0) throw new AggregateError(problems, "the settings are wrong");
      return decide(sources).settings;
    },
  },
  "an async function": {
    readSettings: (async (sources: Sources) => {
      await Promise.resolve();
      const problems = sentences(sources);
      if (problems.length > 0) throw new Error(problems.join("; "));
      return decide(sources).settings;
    }) as unknown as Subject["readSettings"],
  },
  "the address as the platform writes it": {
    readSettings(sources) {
      const problems = sentences(sources);
      if (problems.length > 0) throw new Error(problems.join("; "));
      const { settings } = decide(sources);
      return { ...settings, url: new URL(settings.url).href };
    },
  },
  "a frozen object with a prototype and more keys": {
    readSettings(sources) {
      const problems = sentences(sources);
      if (problems.length > 0) throw new Error(problems.join("; "));
      class Found {
        readonly at = "now";
      }
      return Object.freeze(Object.assign(new Found(), decide(sources).settings));
    },
  },
  "origins in capitals": {
    readSettings(sources) {
      const problems = sentences(sources).map((text) =>
        text.replace(/\((\w)/, (_, letter) => `(${letter.toUpperCase()}`)
      );
      if (problems.length > 0) throw new Error(problems.join("\n- "));
      return decide(sources).settings;
    },
  },
};
