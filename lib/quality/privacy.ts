import { createHmac } from "node:crypto";
import { type DotPath, formatDotPath } from "../grammar/mod.ts";

/** What may not be kept of the records of a stream. */
export interface PrivacyRules {
  /** Values that are left out. @default [] */
  readonly drop?: readonly DotPath[] | undefined;
  /** Values of which only a keyed hash is kept (HMAC-SHA-256, hex): equal values stay equal. @default [] */
  readonly hash?: { readonly columns: readonly DotPath[]; readonly salt: string } | undefined;
  /** Values that become `***`. @default [] */
  readonly mask?: readonly DotPath[] | undefined;
}

/** Says whether a path leads to a value that may not be kept, or to one that has such a value in it, or into one. */
export function isPrivate({ drop = [], hash, mask = [] }: PrivacyRules, path: DotPath): boolean {
  const own = foldedKeys(path);
  return [...drop, ...mask, ...hash?.columns ?? []].some((other) =>
    foldedKeys(other).slice(0, own.length).every((key, at) => key === own[at])
  );
}

/** Capitals and spaces make no other column of a file, and the index of a list is no step of a path of privacy. */
function foldedKeys(path: DotPath): string[] {
  return path.filter((key) => !/^-?\d+$/.test(key)).map((key) => key.trim().toLowerCase());
}

/** Text in place of a masked value. */
export const MASKED = "***";
/** Deeper than any record may be. */
const MAX_DEPTH = 1000;

/** What happens to a value, or to those inside it. */
interface Rule {
  action?: "drop" | "hash" | "mask";
  readonly inside: Map<string, Rule>;
  /** Dot path that leads here. */
  readonly name: string;
}

/** A record has something else where a path of privacy goes on into an object; its message says nothing of the value. */
export class UncoveredValueError extends RangeError {
  /** As a message names it. */
  override readonly name = "UncoveredValueError";
  /** Dot path of the value. */
  readonly field: string;

  /**
   * Says where the value is.
   *
   * @param field Dot path of the value.
   * @param path Dot path that privacy names.
   */
  constructor(field: string, path: string) {
    super(`"${field}" is no object, as "${path}" of privacy needs it`);
    this.field = field;
  }
}

/**
 * Drops, hashes and masks values in the text of a record; every other byte stays as it was sent.
 *
 * A path leads through lists without an index: `people.email` is that of each of the people. `null` says nothing about
 * anybody and stays. Any other value that a path cannot lead into may be what it should take out: there is no text then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const filter = new PrivacyFilter({ drop: [["name"]], mask: [["a", "mail"]] });
 * assertEquals(
 *   filter.apply('{"id": 1.0, "name": "Ann", "a": [{"mail": "a@b.example"}]}'),
 *   '{"id": 1.0, "a": [{"mail": "***"}]}',
 * );
 * ```
 */
export class PrivacyFilter {
  /** Dot paths of what it has left out so far. */
  readonly dropped: Set<string> = new Set();
  readonly #root: Rule = { inside: new Map(), name: "" };
  readonly #actions = new Map<string, NonNullable<Rule["action"]>>();
  readonly #salt: string;

  /**
   * Makes ready to take out what may not be kept.
   *
   * @param rules The paths; one in several rules is dropped before it is masked, and masked before it is hashed.
   */
  constructor({ drop = [], hash, mask = [] }: PrivacyRules) {
    this.#salt = hash?.salt ?? "";
    for (const path of hash?.columns ?? []) this.#add(path, "hash");
    for (const path of mask) this.#add(path, "mask");
    for (const path of drop) this.#add(path, "drop");
  }

  /**
   * Returns the text with nothing of what may not be kept.
   *
   * @param text An object or list in JSON, known to be valid.
   * @throws {RangeError} If it is nested too deeply, or {@linkcode UncoveredValueError} if a value is where a path needs an object.
   */
  apply(text: string): string {
    const out: string[] = [];
    let done = 0;
    const replace = (start: number, end: number, by: string) => {
      out.push(text.slice(done, start), by);
      done = end;
    };
    this.#walk(text, { at: space(text, 0), rule: this.#root, depth: 0, replace });
    return out.join("") + text.slice(done);
  }

  /** What may not be kept, by name; a value inside another one has dots in it. */
  get names(): readonly string[] {
    return [...this.#actions.keys()];
  }

  /** Returns what is kept of a text that is the value of a column; `undefined` if nothing is. */
  field(name: string, value: string): string | undefined {
    const action = this.#actions.get(name);
    if (action === "drop") return undefined;
    // An empty field is null.
    if (action === undefined || value === "") return value;
    return action === "mask" ? MASKED : this.#digest(value);
  }

  #add(path: DotPath, action: NonNullable<Rule["action"]>): void {
    this.#actions.set(path.join("."), action);
    let rule = this.#root;
    for (const [at, key] of path.entries()) {
      const name = formatDotPath(path.slice(0, at + 1));
      const inner = rule.inside.get(key) ?? { inside: new Map(), name };
      rule.inside.set(key, inner);
      rule = inner;
    }
    rule.action = action;
  }

  /** Returns where the value ends. */
  #walk(text: string, step: Step): number {
    const { at, rule, depth } = step;
    if (depth > MAX_DEPTH) throw new RangeError("Cannot read record: it is nested too deeply");
    const opening = text[at];
    if (opening === "[") return this.#walkList(text, step);
    if (opening !== "{") return endOfNull(text, step);
    let from = at;
    let next = space(text, at + 1);
    let isFirst = true;
    while (text[next] !== "}") {
      const keyEnd = valueEnd(text, next);
      const inner = rule.inside.get(JSON.parse(text.slice(next, keyEnd)));
      const start = space(text, space(text, keyEnd) + 1);
      const end = inner === undefined
        ? valueEnd(text, start)
        : this.#change(text, { ...step, at: start, rule: inner, depth: depth + 1 });
      const after = space(text, end);
      const isLast = text[after] !== ",";
      if (inner?.action === "drop") {
        this.dropped.add(inner.name);
        // With the comma before it, or after it as long as nothing is kept.
        if (!isFirst) step.replace(from, end, "");
        else step.replace(next, isLast ? end : space(text, after + 1), "");
      } else isFirst = false;
      from = end;
      next = isLast ? after : space(text, after + 1);
    }
    return next + 1;
  }

  #walkList(text: string, step: Step): number {
    let next = space(text, step.at + 1);
    while (text[next] !== "]") {
      const end = this.#walk(text, { ...step, at: next, depth: step.depth + 1 });
      const after = space(text, end);
      next = text[after] === "," ? space(text, after + 1) : after;
    }
    return next + 1;
  }

  /** Hashes or masks a value, or what is inside it; returns where it ended. */
  #change(text: string, step: Step): number {
    const { at, rule: { action } } = step;
    if (action === undefined) return this.#walk(text, step);
    const end = valueEnd(text, at);
    const written = text.slice(at, end);
    if (action === "drop" || written === "null") return end;
    step.replace(at, end, JSON.stringify(action === "mask" ? MASKED : this.#hash(written)));
    return end;
  }

  /** A text is hashed without its quotes and escapes, so that other tools come to the same hash. */
  #hash(written: string): string {
    return this.#digest(written.startsWith('"') ? JSON.parse(written) : written);
  }

  #digest(value: string): string {
    return createHmac("sha256", this.#salt).update(value).digest("hex");
  }
}

interface Step {
  readonly at: number;
  readonly rule: Rule;
  readonly depth: number;
  readonly replace: (start: number, end: number, by: string) => void;
}

/** Returns where `null` ends, the one value that may be where an object should be. */
function endOfNull(text: string, { at, rule }: Step): number {
  const end = valueEnd(text, at);
  if (text.slice(at, end) === "null") return end;
  let inner = rule;
  while (inner.action === undefined) [inner = rule] = inner.inside.values();
  throw new UncoveredValueError(rule.name, inner.name);
}

function space(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text[at] ?? "")) at++;
  return at;
}

/** Returns where a JSON value ends that begins there. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; text[at] !== '"' && at < text.length; at++) if (text[at] === "\\") at++;
    } else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at; // of what a number or word is in
      depth--;
    } else {
      if (depth === 0 && (char === "," || char === ":" || /\s/.test(char ?? ""))) return at;
      continue;
    }
    if (depth === 0) return at + 1;
  }
  return text.length;
}
