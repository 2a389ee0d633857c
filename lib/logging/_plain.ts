import { isSecretName, Secret } from "../secrets/mod.ts";
import { redact } from "./redact.ts";
import { REDACTED } from "./redact_registered.ts";

/** Options of {@linkcode toPlain}. */
export interface PlainOptions {
  /** Whether errors keep their stack. */
  readonly stack: boolean;
}

const MOST_CHARACTERS = 8_192;
const MOST_ITEMS = 100;
const MOST_LEVELS = 8;

/** Turns any value into what JSON can hold, without credentials, cycles and endless lists. */
export function toPlain(value: unknown, options: PlainOptions): unknown {
  return plain(value, { ...options, parents: [] });
}

/** Turns named values into plain ones; the value of a name such as `token` is not looked at. */
export function toPlainFields(
  fields: Readonly<Record<string, unknown>>,
  options: PlainOptions,
): Record<string, unknown> {
  return plainEntries(Object.entries(fields), { ...options, parents: [fields] });
}

function plainEntry(key: string, value: unknown, state: State): unknown {
  const hidden = isSecretName(key) && value !== undefined && value !== null;
  return hidden ? REDACTED : plain(value, state);
}

interface State extends PlainOptions {
  readonly parents: readonly object[];
}

function plain(value: unknown, state: State): unknown {
  switch (typeof value) {
    case "string":
      return plainText(value);
    case "number":
    case "bigint":
      return plainNumber(value);
    case "symbol":
    case "function":
      return plainText(String(value).split("\n")[0] ?? "");
    case "object":
      return value === null ? null : plainObject(value, state);
    default:
      return value;
  }
}

function plainText(text: string): string {
  const clean = redact(text);
  if (clean.length <= MOST_CHARACTERS) return clean;
  return `${clean.slice(0, MOST_CHARACTERS)}... (${clean.length} characters)`;
}

function plainNumber(value: number | bigint): number | string {
  const text = String(value);
  if (Secret.registered().has(text)) return REDACTED;
  return typeof value === "number" && Number.isFinite(value) ? value : text;
}

function plainObject(value: object, state: State): unknown {
  if (state.parents.includes(value)) return "[circular]";
  if (state.parents.length >= MOST_LEVELS) return "[too deep]";
  const below = { ...state, parents: [...state.parents, value] };
  try {
    return plainKnown(value, below);
  } catch (error) {
    return `[unreadable: ${redact(String(error))}]`; // A getter that throws must not cost the log line.
  }
}

function plainKnown(value: object, state: State): unknown {
  if (value instanceof Error) return plainError(value, state);
  if (Array.isArray(value)) return plainItems(value, state);
  if (value instanceof Set) return plainItems([...value], state);
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
    return plainEntries(Array.from(value, ([key, item]) => [String(key), item]), state);
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `[${value.byteLength} bytes]`;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON(), state);
  return plainEntries(Object.entries(value), state);
}

function plainItems(items: readonly unknown[], state: State): unknown[] {
  const kept = items.slice(0, MOST_ITEMS).map((item) => plain(item, state) ?? null);
  return items.length > MOST_ITEMS ? [...kept, `... (${items.length} items)`] : kept;
}

function plainEntries(
  entries: readonly (readonly [string, unknown])[],
  state: State,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries.slice(0, MOST_ITEMS)) {
    result[redact(key)] = plainEntry(key, item, state);
  }
  if (entries.length > MOST_ITEMS) result["..."] = `(${entries.length} entries)`;
  return result;
}

function plainError(error: Error, state: State): Record<string, unknown> {
  const { name, message, cause, stack } = error;
  const own = Object.entries(error).filter(([key]) => !ERROR_KEYS.has(key));
  return {
    name,
    ..."code" in error ? { code: plain(error.code, state) } : {},
    message: plainText(message),
    ...plainEntries(own, state),
    ...error instanceof AggregateError ? { errors: plainItems(error.errors, state) } : {},
    ...cause === undefined ? {} : { cause: plain(cause, state) },
    ...state.stack && stack !== undefined ? { stack: plainText(stack) } : {},
  };
}

/** Told in their own places. */
const ERROR_KEYS: ReadonlySet<string> = new Set([
  "name",
  "code",
  "message",
  "cause",
  "errors",
  "stack",
]);
