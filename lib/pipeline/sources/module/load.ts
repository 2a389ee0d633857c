import { isAbsolute, join, toFileUrl } from "@std/path";
import { InternalError } from "../../../errors/mod.ts";
import { STREAM_MODES } from "../../../audit/mod.ts";
import type { Json, Source, SourceDescription } from "../../source.ts";

const NAME = /^[a-z][a-z0-9_]*$/;
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

/** Loads a module and returns the source that it exports. */
export async function loadSource(module: string): Promise<Source> {
  let exported: unknown;
  try {
    exported = (await import(toFileUrl(module).href)).default;
  } catch (error) {
    throw fault(module, "loaded", error);
  }
  const source = exported as Partial<Source> | undefined;
  if (typeof source?.describe !== "function" || typeof source.read !== "function") {
    throw broken(module, "its default export has not the methods describe and read");
  }
  return source as Source;
}

/** Asks a source what it is, and checks the answer. */
export function describeSource(
  source: Source,
  about: { readonly module: string; readonly root: string; readonly options: Json },
): SourceDescription {
  const { module, root, options } = about;
  let description: SourceDescription;
  try {
    description = source.describe(options);
  } catch (error) {
    throw fault(module, "described", error);
  }
  const { streams, needs = {} } = description ?? {};
  if (!Array.isArray(streams) || streams.length === 0) {
    throw broken(module, "describe() names no streams");
  }
  const names = streams.map(({ name }) => name);
  for (const [index, { name, mode = "snapshot" }] of streams.entries()) {
    if (typeof name !== "string" || !NAME.test(name) || names.indexOf(name) < index) {
      throw broken(module, `stream ${index + 1} needs a name of its own of a-z, 0-9 and _`);
    }
    if (!STREAM_MODES.includes(mode)) {
      throw broken(
        module,
        `stream "${name}" has mode "${mode}", expected one of ${STREAM_MODES.join(", ")}`,
      );
    }
  }
  for (const host of needs.net ?? []) {
    if (!HOST.test(host)) throw broken(module, `needs.net has "${host}", expected host:port`);
  }
  const read = (needs.read ?? []).map((path) => absolute(path, root));
  return {
    streams: streams.map(({ name, mode = "snapshot", primary_key = [] }) => ({
      name,
      mode,
      primary_key,
    })),
    needs: { net: [...needs.net ?? []], read, env: [...needs.env ?? []] },
  };
}

/** Returns a path as the module may open it. */
export function absolute(path: string, root: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** Returns the error for what a module threw. */
export function fault(module: string, what: string, cause: unknown): InternalError {
  const [reason = ""] = String(cause instanceof Error ? cause : `${cause}`).split("\n");
  const [, denied] = /Requires \w+ access to "([^"]+)"/.exec(reason) ?? [];
  const next = denied === undefined
    ? reason
    : what === "loaded"
    ? `it imports "${denied}", expected packages of deno.json only`
    : `"${denied}" is not among what describe() says that it needs`;
  return new InternalError(
    "source-fault",
    `Cannot use module "${module}": it cannot be ${what}: ${next}`,
    { cause, context: { module } },
  );
}

/** Returns the error for what a module may not do. */
export function broken(module: string, state: string): InternalError {
  return new InternalError("source-fault", `Cannot use module "${module}": ${state}`, {
    context: { module },
  });
}
