import type { z } from "zod";
import { nearest } from "../errors/mod.ts";
import { valueAt } from "../grammar/mod.ts";
import { isSecretName } from "../secrets/mod.ts";
import { formatPath, isMapping, type KeyPath } from "./tree.ts";

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where. */
  readonly path: KeyPath;
  /** What was found and what was expected. */
  readonly text: string;
  /** Whether an environment variable is what is missing. */
  readonly env: boolean;
}

/** Says what is wrong in our own words, one problem for each unknown key, too. */
export function problemsOf(issue: z.core.$ZodIssue, tree: unknown): Problem[] {
  const { path, code } = issue;
  const kind = code === "custom" ? issue.params?.["kind"] : undefined;
  if (kind === "env") return [{ path, text: issue.message, env: true }];
  if (code === "unrecognized_keys") {
    const texts = issue.message.split("\n");
    return issue.keys.map((key, i) => ({ path: [...path, key], text: texts[i] ?? "", env: false }));
  }
  const text = `${found(tree, path)}, expected ${wantedBy(issue)}${misspelt(tree, path)}`;
  return [{ path, text, env: false }];
}

/** Says which key next to a missing one may be it: where the type is missing, no key is looked at that is unknown. */
function misspelt(tree: unknown, path: KeyPath): string {
  const name = path.at(-1);
  const parent = valueAt(tree, path.slice(0, -1));
  if (name !== "type" || !isMapping(parent) || "type" in parent) return "";
  const near = nearest(name, Object.keys(parent));
  return near === undefined ? "" : `; is "${near}" meant to be "${name}"?`;
}

/** Writes a problem as one line. */
export function formatProblem(problem: Problem): string {
  const path = formatPath(problem.path);
  return path === "" ? problem.text : `${path}: ${problem.text}`;
}

/** Says what is at a path: `found "pages"`; a value that may be a credential is not shown. */
export function found(tree: unknown, path: KeyPath): string {
  const value = valueAt(tree, path);
  if (value === undefined) return "missing";
  if (value === null) return "found nothing";
  if (Array.isArray(value)) return "found a list";
  if (typeof value === "object") return "found a mapping";
  if (!mayShow(value, path)) return `found a ${typeof value} (not shown)`;
  return `found ${shorten(JSON.stringify(value))}`;
}

function wantedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return `one of ${issue.options.join(", ")}`;
  }
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

/** Keys whose values, or those below them, are credentials more often than not. */
const GUARDED_PARTS: ReadonlySet<PropertyKey> = new Set(["auth", "headers", "body", "salt"]);

/** A line of an environment file, which somebody took for the configuration. */
const ASSIGNMENT = /^\s*(?:export\s+)?\w+\s*=/;

function mayShow(value: unknown, path: KeyPath): boolean {
  // A file that is one text is none of ours: it may be a key.
  if (path.length === 0 || ASSIGNMENT.test(String(value))) return false;
  const last = String(path.at(-1));
  if (last === "type" || last === "in") return true;
  return !isGuarded(path) && !/:\/\/|@/.test(String(value));
}

/** Says whether what is at a path may be a credential. */
export function isGuarded(path: KeyPath): boolean {
  return path.some((key) => GUARDED_PARTS.has(key)) || isSecretName(String(path.at(-1)));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}
