import { isSecretName } from "../secrets/mod.ts";
import { variablesIn } from "./_variables.ts";
import { isMapping, type KeyPath } from "./_tree.ts";
import type { Problem } from "./_problem.ts";

/**
 * Checks what no single key can show.
 *
 * It reads the tree as written, not the schema's result, so that its problems are told beside the schema's own.
 */
export function crossChecks(tree: unknown): Problem[] {
  const problems: Problem[] = [];
  function report(path: KeyPath, text: string): void {
    problems.push({ path, text, env: false });
  }
  const sources = itemsOf(tree, "sources");
  reportRepeats(sources, "source", ["sources"], report);
  for (const [index, source] of sources.entries()) {
    if (source["type"] === "api") checkApi(source, ["sources", index], report);
  }
  return problems;
}

type Report = (path: KeyPath, text: string) => void;

function checkApi(source: Record<string, unknown>, path: KeyPath, report: Report): void {
  const addresses = ["base_url", "sandbox"].filter((key) => source[key] !== undefined);
  if (addresses.length !== 1) {
    const state = addresses.length === 0 ? "neither" : "both";
    report(path, `found ${state} of base_url and sandbox, expected exactly one`);
  }
  checkLiterals(source, path, report);
  const streams = itemsOf(source, "streams");
  reportRepeats(streams, "stream", [...path, "streams"], report);
  for (const [index, stream] of streams.entries()) {
    checkStream(stream, [...path, "streams", index], report);
    checkLiterals(stream, [...path, "streams", index], report);
  }
}

function checkStream(stream: Record<string, unknown>, path: KeyPath, report: Report): void {
  const { mode, method, body, incremental, pagination } = stream;
  if (mode === "incremental" && incremental === undefined) {
    report([...path, "mode"], 'found "incremental", expected the key incremental beside it');
  }
  if (incremental !== undefined && (mode === "append" || mode === "snapshot")) {
    report(
      [...path, "mode"],
      `found "${mode}" beside the key incremental, expected incremental or no mode`,
    );
  }
  checkCursor(pagination, [...path, "pagination"], report);
  if (body !== undefined && method !== "POST") {
    report([...path, "body"], "found a body with the method GET, expected the method POST");
  }
}

function checkCursor(pagination: unknown, path: KeyPath, report: Report): void {
  if (!isMapping(pagination) || pagination["type"] !== "cursor") return;
  const places = ["path", "header"].filter((key) => pagination[key] !== undefined);
  if (places.length === 1) return;
  const state = places.length === 0 ? "neither" : "both";
  report(path, `found ${state} of path and header, expected exactly one`);
}

/** A credential written out in a header, parameter or body is as literal as one under `auth`. */
function checkLiterals(part: Record<string, unknown>, path: KeyPath, report: Report): void {
  for (const group of ["headers", "params", "body"]) {
    const values = part[group];
    if (!isMapping(values)) continue;
    for (const [key, value] of Object.entries(values)) {
      if (isSecretName(key) && variablesIn(String(value)).length === 0) {
        report(
          [...path, group, key],
          'found a literal credential, expected "${NAME}" in it, or auth',
        );
      }
    }
  }
}

function reportRepeats(
  items: readonly Record<string, unknown>[],
  what: string,
  path: KeyPath,
  report: Report,
): void {
  const first = new Map<unknown, number>();
  for (const [index, { name }] of items.entries()) {
    const earlier = first.get(name);
    if (typeof name !== "string") continue;
    if (earlier === undefined) first.set(name, index);
    else {
      report(
        [...path, index, "name"],
        `found ${JSON.stringify(name)}, the name of ${what} ${
          earlier + 1
        } as well; expected another`,
      );
    }
  }
}

/** The mappings of a list, in place; whatever else stands there is the schema's business. */
function itemsOf(tree: unknown, key: string): Record<string, unknown>[] {
  const list = isMapping(tree) ? tree[key] : undefined;
  return Array.isArray(list) ? list.map((item) => isMapping(item) ? item : {}) : [];
}
