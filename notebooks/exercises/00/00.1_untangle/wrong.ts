import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "accepts-nonsense",
    seen: 'the flag retries "" became 0',
    replace: [
      [
        '  return typeof raw === "string" && /^\\d+(\\.\\d+)?$/.test(raw) ? Number(raw) : NaN;',
        "  return Number(raw);",
      ],
    ],
  },
  {
    id: "falls-through",
    seen: 'the flag url "" was ignored, and the file\'s value taken',
    replace: [
      [
        `    const found = find(sources, key);
    const value = parse(found.value);`,
        `    for (const source of [sources.flags, sources.env, sources.file]) {
      const value = source[key] === undefined ? undefined : parse(source[key]);
      if (value !== undefined) return value;
    }
    const found = find(sources, key);
    const value = parse(undefined);`,
      ],
    ],
  },
  {
    id: "keeps-text",
    seen: 'retries "10" became "10"',
    replace: [
      [
        "    return Number.isInteger(number) && number <= 10 ? number : undefined;",
        "    return Number.isInteger(number) && number <= 10 ? raw as number : undefined;",
      ],
    ],
  },
  {
    id: "nameless-error",
    seen: "is 99 in the file; the error says: bad config (1 problems)",
    replace: [
      [
        '    throw new Error(`Cannot use the settings: ${problems.join("; ")}`);',
        "    throw new Error(`bad config (${problems.length} problems)`);",
      ],
    ],
  },
  {
    id: "no-origin",
    seen: "file; the error says: Cannot use the settings: retries is 99",
    replace: [
      [
        "function problem(key: string, wanted: string, { value, origin }: Found): string {",
        "function problem(key: string, wanted: string, { value }: Found): string {",
      ],
      [
        "  return `${key} is ${JSON.stringify(value)} (${origin}), wanted ${wanted}`;",
        "  return `${key} is ${JSON.stringify(value)}, wanted ${wanted}`;",
      ],
    ],
  },
  {
    id: "one-at-a-time",
    seen: "timeout, dryRun: url is missing in flag, environment and file",
    replace: [
      [
        `export function readSettings(sources: Sources): Settings {
  const problems: string[] = [];`,
        "export function readSettings(sources: Sources): Settings {",
      ],
      [
        "    if (value === undefined) problems.push(problem(key, wanted, found));",
        "    if (value === undefined) throw new Error(problem(key, wanted, found));",
      ],
      [
        '    throw new Error(`Cannot use the settings: ${problems.join("; ")}`);',
        '    throw new Error("Cannot use the settings");',
      ],
    ],
  },
  {
    id: "reads-the-world",
    seen: 'env access to "URL", run again with the --allow-env flag',
    replace: [
      [
        '  if (env[key] !== undefined) return { value: env[key], origin: "environment" };',
        `  const variable = env[key] ?? Deno.env.get(key.toUpperCase());
  if (variable !== undefined) return { value: variable, origin: "environment" };`,
      ],
    ],
  },
  {
    id: "text-false-is-true",
    seen: 'dryRun "false" became true',
    replace: [
      [
        `function parseBoolean(raw: unknown = false): boolean | undefined {
  if (raw === true || raw === "true") return true;
  return raw === false || raw === "false" ? false : undefined;`,
        `function parseBoolean(raw: unknown): boolean | undefined {
  return Boolean(raw);`,
      ],
    ],
  },
  {
    id: "wrong-precedence",
    seen: "url was given by file, env, flags: took https://file.example",
    replace: [
      [
        `  if (flags[key] !== undefined) return { value: flags[key], origin: "flag" };
  if (env[key] !== undefined) return { value: env[key], origin: "environment" };
  return { value: file[key], origin: "file" };`,
        `  if (file[key] !== undefined) return { value: file[key], origin: "file" };
  if (env[key] !== undefined) return { value: env[key], origin: "environment" };
  return { value: flags[key], origin: "flag" };`,
      ],
    ],
  },
  {
    id: "zero-is-nothing",
    seen: "retries was given as 0 and became 3",
    replace: [
      [
        `  const retries = read("retries", "a whole number from 0 to 10", (raw = 3) => {
    const number = parseNumber(raw);`,
        `  const retries = read("retries", "a whole number from 0 to 10", (raw) => {
    const number = parseNumber(raw) || (raw === undefined || Number(raw) === 0 ? 3 : NaN);`,
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
