import { parse } from "@std/yaml";
import { ConfigError } from "../errors/mod.ts";
import { valueAt } from "../grammar/mod.ts";
import { isSecretName } from "../secrets/mod.ts";
import { isMapping, type KeyPath, scalarsOf } from "./tree.ts";
import { lastOpened } from "./_last_opened.ts";
import { found, type Problem } from "./problem.ts";

/** A file as parsed, and what its reader would not expect of YAML. */
export interface YamlFile {
  /** As written. */
  readonly text: string;
  /** Mappings, lists and scalars. */
  readonly tree: unknown;
  /** Scalars that YAML turns into something else than what is written. */
  readonly surprises: readonly Problem[];
}

/** Reads and parses a file. @throws {ConfigError} If it cannot be read or is not YAML. */
export async function readYaml(path: string): Promise<YamlFile> {
  const text = await readText(path);
  refuseTabs(path, text);
  try {
    const tree = parse(text, { schema: "core" });
    if (isTooLarge(tree)) {
      throw new RangeError(
        `it has more than ${MOST_VALUES} values, aliases counted; is it the right file?`,
      );
    }
    return { text, tree, surprises: surprisesOf(tree, parse(text, { schema: "failsafe" })) };
  } catch (error) {
    throw syntaxError(path, text, error);
  }
}

/** Values in one file. */
const MOST_VALUES = 100_000;

/** Says whether a tree is too large; a few aliases of aliases are enough for billions of values. */
function isTooLarge(tree: unknown): boolean {
  const waiting = [tree];
  for (let count = 0; waiting.length > 0; count++) {
    if (count > MOST_VALUES) return true;
    const value = waiting.pop();
    if (Array.isArray(value)) { for (const item of value) waiting.push(item); }
    else if (isMapping(value)) { for (const item of Object.values(value)) waiting.push(item); }
  }
  return false;
}

/** Nobody writes a longer one by hand. */
const MOST_BYTES = 4 * 1024 * 1024;

function odd(path: string, state: string): ConfigError {
  const message = `Cannot read configuration ${JSON.stringify(path)}: ${state}`;
  return new ConfigError("config-syntax", message, { context: { path } });
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    // A device or a pipe may never end; a folder says what it is when it is read.
    if (!isFile && !isDirectory) {
      throw odd(path, "it is not a regular file; copy what it holds to one");
    }
    if (size > MOST_BYTES) {
      throw odd(
        path,
        `it has ${size} bytes, expected at most ${MOST_BYTES}; is it the right file?`,
      );
    }
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const message = `Cannot read configuration ${JSON.stringify(path)}: ${readFailure(error)}`;
    throw new ConfigError("config-not-found", message, { cause: error, context: { path } });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const message = `Cannot read configuration ${
      JSON.stringify(path)
    }: not UTF-8 text; save it as UTF-8`;
    throw new ConfigError("config-syntax", message, { cause: error, context: { path } });
  }
}

function readFailure(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file; check its name";
  if (error instanceof Deno.errors.IsADirectory) return "a folder, expected a file; name one in it";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "you may not read it; change its permissions, or run as a user who may";
  }
  if (error instanceof Deno.errors.NotCapable) return "the process has no permission to read it";
  return error instanceof Error ? error.message : String(error);
}

/**
 * Compares what YAML made of each number and boolean with its text: `012` is 10, `1.10` is 1.1, a long id is rounded.
 * The failsafe schema leaves every scalar as text.
 */
function surprisesOf(tree: unknown, texts: unknown): Problem[] {
  const problems: Problem[] = [];
  for (const [path, value] of scalarsOf(tree)) {
    const written = valueAt(texts, path);
    const kind = typeof value;
    if (kind !== "number" && kind !== "boolean" || written === String(value)) continue;
    problems.push({ path, text: surprise(path, value, texts), env: false });
  }
  return problems;
}

function surprise(path: KeyPath, value: unknown, texts: unknown): string {
  const written = found(texts, path);
  const taken = written.endsWith("(not shown)") ? "something else" : String(value);
  return `${written.replaceAll('"', "")}, which YAML takes as ${taken}; ` +
    `expected quotes around it, or a ${typeof value} written plainly`;
}

/** The parser counts a tab as no column at all: what is indented by one would belong to another mapping. */
function refuseTabs(path: string, text: string): void {
  /** Spaces before the key of a block of text, which may hold tabs. */
  let block: number | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [, spaces = "", next] = /^( *)(.?)/.exec(line) ?? [];
    if (line.trim() === "" || block !== undefined && spaces.length > block) continue;
    block = /(^|[\s:-])[|>][-+\d]*\s*(#.*)?$/.test(line) ? spaces.length : undefined;
    if (next !== "\t" || /^\s*#/.test(line)) continue;
    const column = spaces.length + 1;
    throw syntaxError(path, text, {
      line: at + 1,
      column,
      message: "a tab indents the line, expected spaces; replace it",
    });
  }
}

function syntaxError(path: string, text: string, error: unknown): ConfigError {
  const { line, column } = placeOf(text, error);
  const source = line === undefined ? "" : text.split(/\r?\n/)[line - 1] ?? "";
  const at = column === undefined ? "" : `, column ${column}`;
  const where = line === undefined ? "" : ` at line ${line}${at}`;
  const state = stateOf(error, { source, text });
  return new ConfigError(
    "config-syntax",
    `Cannot parse configuration ${JSON.stringify(path)}${where}: ${state}`,
    { cause: error, context: { path, line, column, text: maskLine(source) } },
  );
}

/** What the parser says of brackets and quotes that are not closed, or of a comma that is missing between brackets. */
const UNCLOSED = /flow collection|end of the stream within/;

/** What is not closed is noticed where something else comes, or after the file: where it was opened is the place. */
function placeOf(text: string, error: unknown): ReturnType<typeof positionOf> {
  const { line, ...rest } = positionOf(error);
  if (line === undefined) return {};
  const isOpen = UNCLOSED.test(messageOf(error)) && lastOpened(text) !== undefined;
  const before = text.split("\n").slice(0, line - 1).join("\n");
  const opened = isOpen ? lastOpened(before) ?? lastOpened(text) : undefined;
  if (opened !== undefined) return opened;
  const said = text.split(/\r?\n/).slice(0, line).findLastIndex((one) => one.trim() !== "") + 1;
  return said === line || said === 0 ? { line, ...rest } : { line: said };
}

/** What is wrong, in one line, without its place. */
function stateOf(
  error: unknown,
  { source, text }: { readonly source: string; readonly text: string },
): string {
  const [reason = ""] = messageOf(error).split("\n");
  if (/call stack/.test(reason)) return "its values are nested too deeply; is it the right file?";
  if (/missing comma/.test(reason) && lastOpened(text) === undefined) {
    return "a comma is missing between two entries of a { or [; add it";
  }
  const [, code] = /Expected valid JSON character: received "(\d+)"/.exec(reason) ?? [];
  if (code !== undefined || /non-printable characters/.test(reason)) {
    const found = code === undefined ? "a control character" : `the character ${codePoint(code)}`;
    return `${found} is not allowed; remove it, or write it as an escape in double quotes`;
  }
  if (/flow collection/.test(reason)) return "a { or [ is not closed; close it";
  if (/end of the stream within/.test(reason)) return "a quote is not closed; close it";
  const state = reason.replace(/ at line \d+, column -?\d+:?$/, "").replace(/^Cannot \w+ /, "");
  if (!/duplicated key/.test(state)) return state;
  const [, key = ""] = /^[\s-]*(?:\{\s*)?["']?([\w.-]+)["']?\s*:/.exec(source) ?? [];
  const named = /[{,]/.test(source) || key === "" ? "a key" : `key "${key}"`;
  return `${named} is there twice, expected once; remove one of the two`;
}

function codePoint(code: string): string {
  return `U+${Number(code).toString(16).toUpperCase().padStart(4, "0")}`;
}

function messageOf(error: unknown): string {
  const isSaid = typeof error === "object" && error !== null && "message" in error;
  return String(isSaid ? error.message : error);
}

function positionOf(error: unknown): { readonly line?: number; readonly column?: number } {
  const isPlaced = typeof error === "object" && error !== null && "line" in error &&
    "column" in error;
  if (!isPlaced) return {};
  const column = Number(error.column);
  // The parser counts the column of a key that is there twice from a later line.
  return { line: Number(error.line), ...(column > 0 ? { column } : {}) };
}

/** Hides what follows a key that holds a credential, and the value in a line of an environment file. */
export function maskLine(line = ""): string {
  return line.replace(/^(\s*(?:[\w-]+:\s*)?["']?(?:export\s+)?\w+=).+/, "$1***").replace(
    /([\w-]+)(["']?\s*:\s*)(?!["']?\$\{)([^,}]+)/g,
    (whole, key: string, colon: string) =>
      isSecretName(key) || key === "value" ? `${key}${colon}***` : whole,
  );
}
