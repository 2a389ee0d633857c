import { parse } from "@std/yaml";
import { ConfigError } from "../errors/mod.ts";
import { valueAt } from "../grammar/mod.ts";
import { isSecretName } from "../secrets/mod.ts";
import { isMapping, type KeyPath, scalarsOf } from "./tree.ts";
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
  try {
    const tree = parse(text, { schema: "core" });
    if (isTooLarge(tree)) throw new RangeError(`more than ${MOST_VALUES} values, aliases counted`);
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
  return new ConfigError("config-not-found", message, { context: { path } });
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    // A device or a pipe may never end; a folder says what it is when it is read.
    if (!isFile && !isDirectory) throw odd(path, "it is not a regular file");
    if (size > MOST_BYTES) throw odd(path, `it has ${size} bytes, expected at most ${MOST_BYTES}`);
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const message = `Cannot read configuration ${JSON.stringify(path)}: ${readFailure(error)}`;
    throw new ConfigError("config-not-found", message, { cause: error, context: { path } });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const message = `Cannot read configuration ${JSON.stringify(path)}: not UTF-8 text`;
    throw new ConfigError("config-syntax", message, { cause: error, context: { path } });
  }
}

function readFailure(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.IsADirectory) return "a folder, expected a file";
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

function syntaxError(path: string, text: string, error: unknown): ConfigError {
  const { line, column } = positionOf(error);
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const where = line === undefined ? "" : ` at line ${line}, column ${column}`;
  const state = reason.replace(/ at line \d+, column \d+:?$/, "").replace(/^Cannot \w+ /, "");
  const excerpt = line === undefined
    ? ""
    : `\n  ${line} | ${maskLine(text.split(/\r?\n/)[line - 1])}`;
  return new ConfigError(
    "config-syntax",
    `Cannot parse configuration ${JSON.stringify(path)}${where}: ${state}${excerpt}`,
    { cause: error, context: { path, line, column } },
  );
}

function positionOf(error: unknown): { line?: number; column?: number } {
  if (!(error instanceof Error) || !("line" in error) || !("column" in error)) return {};
  return { line: Number(error.line), column: Number(error.column) };
}

/** Hides what follows a key that holds a credential. */
function maskLine(line = ""): string {
  return line.replace(
    /([\w-]+)(["']?\s*:\s*)(?!["']?\$\{)([^,}]+)/g,
    (whole, key: string, colon: string) =>
      isSecretName(key) || key === "value" ? `${key}${colon}***` : whole,
  );
}
