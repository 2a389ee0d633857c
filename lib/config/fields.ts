import { z } from "zod";
import { isAbsolute, join, relative } from "node:path";
import type { SchemaContext } from "./schema_context.ts";
import { expand, type Issues, LEAST_TOKEN } from "./expand.ts";
import { nearest } from "../errors/mod.ts";
import { exists, linkBeforeDotDot, oddName } from "../io/mod.ts";
import {
  isHost,
  parseDuration,
  parseSize,
  valueAt,
  wantedDotPath,
  wantedPattern,
} from "../grammar/mod.ts";
import { Secret } from "../secrets/mod.ts";
import { soleVariable, variablesIn } from "./variables.ts";

// Every `error` below is the wanted form alone: `_problem.ts` puts the path and the found value before it.

/** Options of {@linkcode mapping}. */
export interface MappingOptions {
  /** New names of keys by their old ones. @default {{}} */
  readonly renamed?: Readonly<Record<string, string>>;
  /** What is expected in place of keys that are gone. @default {{}} */
  readonly removed?: Readonly<Record<string, string>>;
}

/** A mapping with exactly these keys; an old name is an error that says the new one. */
export function mapping<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  options: MappingOptions = {},
) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, known, options)).join("\n")
        : "a mapping",
  });
}

const RENAMED = /^"[^"]+" is now "([^"]+)"$/;

/** Returns the new name out of the problem of a renamed key; `undefined` for any other problem. */
export function newNameIn(problem: string): string | undefined {
  return RENAMED.exec(problem)?.[1];
}

function unknownKey(
  key: string,
  known: readonly string[],
  { renamed = {}, removed = {} }: MappingOptions,
): string {
  const [now, instead] = [valueAt(renamed, [key]), valueAt(removed, [key])];
  if (now !== undefined) return `"${key}" is now "${now}"`;
  if (instead !== undefined) return `unknown key, ${instead}`;
  const near = nearest(key, known);
  const hint = near === undefined
    ? `expected one of ${known.join(", ")}`
    : `did you mean "${near}"?`;
  return `unknown key, ${hint}`;
}

/** The `type` key of one variant. */
export function variant<Name extends string>(name: Name, meaning: string) {
  return z.literal(name).describe(meaning);
}

/** One word of a closed set. */
export function choice<const Word extends string>(words: readonly Word[]) {
  const wanted = `one of ${words.join(", ")}`;
  return z.enum(words, {
    error: ({ input }) => {
      const near = typeof input === "string" ? nearest(input, words) : undefined;
      return near === undefined ? wanted : `${wanted}; did you mean "${near}"?`;
    },
  });
}

/** `true` or `false`. */
export function flag() {
  return z.boolean({ error: "true or false" });
}

/** A whole number not under `least`. */
export function whole(least: number) {
  const error = `a whole number, ${least} or more`;
  return z.int({ error }).min(least, { error });
}

/** File names are made of two names and more; file systems take 255 bytes. */
const MAX_NAME = 64;

/** A name that becomes part of folder and table names. */
export function identifier() {
  const error = `a name of a-z, 0-9 and _ that starts with a letter, at most ${MAX_NAME} long`;
  return z.string({ error }).max(MAX_NAME, { error }).regex(/^[a-z][a-z0-9_]*$/, { error })
    .meta({ form: "name" });
}

/** The name of a source. */
export function sourceName() {
  return identifier().describe("Name of the source, unique in the file.");
}

/** A text as written, not empty; `${NAME}` has no meaning in it. */
export function plain(wanted: string) {
  return z.string({ error: wanted }).min(1, { error: wanted });
}

/** A list of texts as written. */
export function list(wanted: string) {
  return z.array(plain(wanted), { error: `a list, each ${wanted}` });
}

/** A list of patterns of paths below a folder. */
export function pathPatterns(example: string) {
  const wanted = `a pattern such as "${example}"`;
  const one = plain(wanted).superRefine((pattern, issues) => {
    const other = wantedPattern(pattern);
    if (pattern !== "" && other !== undefined) report(issues, other);
  });
  return z.array(one, { error: `a list, each ${wanted}` });
}

/** The way to a value inside a JSON body. */
export function dotPath() {
  return z.string({ error: wantedDotPath("") }).superRefine((text, issues) => {
    const wanted = wantedDotPath(text);
    if (wanted !== undefined) report(issues, wanted);
  }).meta({ form: "dot path" });
}

/** What a header name looks like (RFC 9110, 5.6.2). */
export const HEADER_NAME = "a header name";

/** The name of a header. */
export function headerName() {
  return z.string({ error: HEADER_NAME })
    .refine(isHeaderName, { error: HEADER_NAME, params: { kind: "form" } });
}

/** Says whether a text can be the name of a header. */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(text);
}

/** A text in which each `${NAME}` stands for an environment variable. */
export function text(context: SchemaContext, wanted: string) {
  return plain(wanted).transform((value, issues) => expand(value, { issues, context }) ?? z.NEVER);
}

/** A credential: exactly one `${NAME}`. */
export function secret(context: SchemaContext) {
  const wanted =
    '"${NAME}", the name of an environment variable (the credential itself must not be in this file)';
  return z.string({ error: wanted }).transform((value, issues) => {
    const name = soleVariable(value);
    if (name === undefined) return refuse(issues, wanted);
    const found = expand(value, { issues, context });
    return found === undefined ? z.NEVER : new Secret(found, name);
  }).meta({ form: '"${NAME}"' });
}

/** The path of an address may hold a token, as in those of webhooks and bots: it stays out of the logs. */
function guardPath(address: string, context: SchemaContext): void {
  for (const name of variablesIn(address.replace(/^[a-z]+:\/\/[^/]*/i, ""))) {
    const value = context.env(name) ?? "";
    if (value.length >= LEAST_TOKEN) new Secret(value, name);
  }
}

/** An absolute http(s) address without credentials, query and fragment; a slash at its end is taken off. */
export function address(context: SchemaContext) {
  const wanted = "an http:// or https:// address without user, password, query and fragment";
  return plain(wanted).transform((value, issues) => {
    const expanded = expand(value, { issues, context });
    if (expanded === undefined) return z.NEVER;
    const url = URL.parse(expanded);
    const good = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
      url.password === "" && !/[?#]/.test(expanded);
    if (!good) return refuse(issues, wanted);
    // The runtime takes some for a pattern or a list of hosts, and refuses others.
    if (!isHost(url.host)) return refuse(issues, 'a host such as "api.example.com" in it');
    guardPath(value, context);
    return expanded.replace(/\/+$/, "");
  }).meta({ form: "address" });
}

/** A file or folder; relative ones start in the folder of the YAML file. */
export function path(context: SchemaContext) {
  return pathField(context, () => undefined);
}

/**
 * A file or folder that is read. One that is missing, but is there as relative paths were once read, from the project's
 * root, is an error with its spelling of today; what is written may well have the name of something in the project.
 */
export function inputPath(context: SchemaContext) {
  return pathField(context, (now, written) => {
    const { root, formerRoot } = context;
    const former = formerRoot && join(formerRoot, written);
    if (!former || former === now || !isOnlyAt(former, now)) return undefined;
    return `${JSON.stringify(relative(root, former))}: paths start at the folder of this file`;
  });
}

function pathField(
  context: SchemaContext,
  check: (path: string, written: string) => string | undefined,
) {
  const wanted = 'a path; "~" is not expanded, "${HOME}" is';
  return plain(wanted).transform((value, issues) => {
    if (value.startsWith("~")) return refuse(issues, wanted);
    const expanded = expand(value, { issues, context });
    if (expanded === undefined) return z.NEVER;
    const odd = oddName(expanded);
    if (odd !== undefined) return refuse(issues, odd);
    const link = linkBeforeDotDot(context.root, expanded);
    if (link !== undefined) {
      return refuse(
        issues,
        `a path that does not go back by ".." from the link ${JSON.stringify(link)}`,
      );
    }
    if (isAbsolute(expanded)) return join(expanded);
    const now = join(context.root, expanded);
    const wrong = check(now, expanded);
    return wrong === undefined ? now : refuse(issues, wrong);
  }).meta({ form: "path" });
}

/** A duration, as milliseconds, not under `least`. */
export function duration(least: 0 | 1) {
  const wanted = `a duration${least > 0 ? " above zero" : ""} such as "250ms", "30s", "2m" or "1h"`;
  return measured(wanted, least, parseDuration).meta({ form: "duration" });
}

/** A size above zero, as bytes. */
export function size() {
  return measured('a size such as "128MB", "1GB" or "64KiB"', 1, parseSize).meta({ form: "size" });
}

function measured(wanted: string, least: number, parse: (text: string) => number) {
  return z.string({ error: wanted }).transform((value, issues) => {
    try {
      const amount = parse(value);
      return amount < least ? refuse(issues, wanted) : amount;
    } catch {
      return refuse(issues, wanted); // The parser's own message says the same without the key.
    }
  });
}

/** A share of a whole, as a fraction. */
export function share() {
  const wanted = 'a share such as "1%" or 0.01, at most "100%"';
  return z.union([z.number(), z.string()], { error: wanted }).transform((value, issues) => {
    const percent = /^(\d+(?:\.\d+)?)\s?%$/.exec(String(value))?.[1];
    const fraction = percent === undefined ? value : Number(percent) / 100;
    const good = typeof fraction === "number" && fraction >= 0 && fraction <= 1;
    return good ? fraction : refuse(issues, wanted);
  }).meta({ form: "share" });
}

/** Reports what was wanted. */
export function report(issues: Issues, wanted: string, path: PropertyKey[] = []): void {
  issues.addIssue({ code: "custom", message: wanted, path, params: { kind: "form" } });
}

function refuse(issues: Issues, wanted: string): never {
  report(issues, wanted);
  return z.NEVER;
}

/** Says whether a path is there only as it was spelled when paths started at the former root. */
function isOnlyAt(former: string, now: string): boolean {
  try {
    return !exists(now) && exists(former);
  } catch {
    return false; // Not ours to look at: then it is nothing to go by.
  }
}
