import { relative } from "node:path";
import { runDeno } from "./_run_deno.ts";

/** Options of {@linkcode importChain}. */
export interface ImportChainOptions {
  /** The project's root: its deno.json says what import names mean. */
  readonly root: string;
  /** Says whether a file, as its path from the root, or a package, by its name, may not be imported. */
  readonly forbidden: (name: string) => boolean;
}

interface Graph {
  readonly roots: readonly string[];
  readonly redirects?: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly local?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/**
 * Looks in a file's import graph, as Deno sees it, for a file that must not be in it.
 *
 * Imports of types only do no work and are let through. An import whose name is computed at run time is in no
 * graph; the check's process has no permission to read what it would load.
 *
 * @returns The files from the first to the forbidden one, as paths from the root; `undefined` where there is none.
 */
export async function importChain(
  file: string,
  { root, forbidden }: ImportChainOptions,
): Promise<string[] | undefined> {
  const { stdout } = await runDeno(["info", "--json", "--no-lock", ...config(root), file], root);
  const graph = parseGraph(stdout);
  const show = (specifier: string) => relative(root, modules.get(specifier)?.local ?? specifier);
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  const queue = graph.roots.map((specifier) => [specifier]);
  const seen = new Set<string>();
  for (let trail = queue.shift(); trail !== undefined; trail = queue.shift()) {
    const specifier = trail.at(-1) ?? "";
    const module = modules.get(graph.redirects?.[specifier] ?? specifier);
    if (module === undefined || seen.has(specifier)) continue;
    seen.add(specifier);
    if (module.local !== undefined && forbidden(relative(root, module.local))) {
      return trail.map(show);
    }
    for (const { specifier: written, code } of module.dependencies ?? []) {
      if (code !== undefined && forbidden(written)) return [...trail.map(show), written];
      if (code?.specifier !== undefined) queue.push([...trail, code.specifier]);
    }
  }
  return undefined;
}

function config(root: string): string[] {
  return ["--config", `${root}/deno.json`];
}

/** A file that Deno cannot read has no graph; the type check that follows says why. */
function parseGraph(text: string): Graph {
  return text.trimStart().startsWith("{") ? JSON.parse(text) : { roots: [], modules: [] };
}
