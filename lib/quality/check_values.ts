/** Types that a check can ask for. */
export const CHECK_TYPES = ["string", "integer", "number", "boolean", "object", "list"] as const;

/** One of {@linkcode CHECK_TYPES}. */
export type CheckType = (typeof CHECK_TYPES)[number];

/** Well-known forms of text, each with its name in messages. */
export const CHECK_PRESETS = {
  email: { name: "an email address", pattern: /^[^\s@"<>]+@[^\s@"<>.]+(?:\.[^\s@"<>.]+)+$/ },
  uuid: {
    name: "a UUID",
    pattern: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  },
  date: { name: "a date such as 2026-11-26", pattern: /^\d{4}-\d\d-\d\d$/ },
  timestamp: {
    name: "a time such as 2026-11-26T02:00:00Z",
    pattern: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/i,
  },
  url: { name: "an http or https address", pattern: /^https?:\/\/\S+$/i },
} as const satisfies Record<string, { readonly name: string; readonly pattern: RegExp }>;

/** A key of {@linkcode CHECK_PRESETS}. */
export type CheckPreset = keyof typeof CHECK_PRESETS;

/** Says whether a value has a type. */
export function isType(type: CheckType, value: unknown): boolean {
  const kind = typeof value;
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "list":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return type === kind;
  }
}

/** Says whether a value is a text of a well-known form; a date must exist, and an address must be one. */
export function isPreset(preset: CheckPreset, value: unknown): boolean {
  if (typeof value !== "string" || !CHECK_PRESETS[preset].pattern.test(value)) return false;
  if (preset === "url") return URL.canParse(value);
  if (preset !== "date" && preset !== "timestamp") return true;
  const day = value.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  // The 31st of June would be read as the 1st of July.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day) return false;
  return preset === "date" || !Number.isNaN(Date.parse(value.replace(" ", "T")));
}

const PATTERNS = new Map<string, RegExp>();

/** Returns what matches a whole text; each pattern is compiled once. */
export function wholeOf(pattern: string): RegExp {
  const whole = PATTERNS.get(pattern) ?? new RegExp(`^(?:${pattern})$`, "u");
  PATTERNS.set(pattern, whole);
  return whole;
}

/** Says whether two values can be compared, and the second one is not less. */
export function isOrdered(least: unknown, value: unknown): boolean {
  if (typeof least === "number" && typeof value === "number") return least <= value;
  return typeof least === "string" && typeof value === "string" && least <= value;
}

/** A value in words that do not give it away. */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return `a text of length ${value.length}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Says whether a value is the text of a number. */
export function isNumber(value: unknown): value is string {
  return typeof value === "string" && NUMBER.test(value);
}
