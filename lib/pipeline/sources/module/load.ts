import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, InternalError } from "../../../errors/mod.ts";
import { isHost, parseDotPath } from "../../../grammar/mod.ts";
import { STREAM_MODES } from "../../../audit/mod.ts";
import { cutText, redactRegistered } from "../../../logging/mod.ts";
import type { Json, Source, SourceDescription, SourceStream } from "../../own_source.ts";

/** As that of a source or stream in the YAML. */
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a module is asked for. */
type Step = "load" | "describe" | "read";

/** Loads a module and returns the source that it exports. */
export async function loadSource(module: string): Promise<Source> {
  let exported: unknown;
  try {
    exported = (await import(pathToFileURL(module).href)).default;
  } catch (error) {
    throw unusable(module, `it cannot be loaded: ${reasonOf(error, "load")}; correct the module`);
  }
  const source = (exported ?? {}) as Partial<Source>;
  const missing = (["describe", "read"] as const).filter((name) =>
    typeof source[name] !== "function"
  );
  if (missing.length > 0) {
    throw unusable(module, `its default export lacks the method ${missing.join(" and ")}`);
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
    throw unusable(module, `its describe() threw: ${reasonOf(error, "describe")}`);
  }
  if (description instanceof Promise) {
    // What it comes to is nobody's any more.
    description.catch(() => {});
    throw unusable(module, "its describe() is async, expected one that returns its answer itself");
  }
  const { streams, needs = {} } = description ?? {};
  refuseOtherKeys(description ?? {}, ["streams", "needs"], { what: "describe()'s answer", module });
  if (!Array.isArray(streams) || streams.length === 0) {
    throw unusable(module, "describe() names no streams");
  }
  const names = streams.map((stream) => stream?.name);
  const checked = streams.map((stream, index) => {
    if (names.indexOf(stream?.name) < index || !NAME.test(String(stream?.name))) {
      throw unusable(
        module,
        `stream ${index + 1} needs a name of its own of a-z, 0-9 and _, at most 64 letters`,
      );
    }
    return checkStream(stream, module);
  });
  const { net, read, env } = checkNeeds(needs, module);
  return { streams: checked, needs: { net, read: read.map((path) => absolute(path, root)), env } };
}

function checkStream(stream: SourceStream, module: string): SourceStream {
  const { name, mode = "snapshot", primary_key = [] } = stream;
  const known = ["name", "mode", "primary_key"];
  refuseOtherKeys(stream, known, { what: `stream "${name}"`, module });
  if (!STREAM_MODES.includes(mode)) {
    const modes = STREAM_MODES.join(", ");
    throw unusable(module, `stream "${name}" has mode "${mode}", expected one of ${modes}`);
  }
  for (const path of texts(primary_key, `primary_key of stream "${name}"`, module)) {
    try {
      parseDotPath(path);
    } catch (error) {
      throw unusable(module, `primary_key of stream "${name}": ${(error as Error).message}`);
    }
  }
  return { name, mode, primary_key };
}

function checkNeeds(needs: NonNullable<SourceDescription["needs"]>, module: string) {
  refuseOtherKeys(needs, ["net", "read", "env"], { what: "needs", module });
  const net = texts(needs.net ?? [], "needs.net", module);
  for (const host of net) {
    // Without a port the runtime would grant all of them.
    if (!isHost(host) || !/:\d+$/.test(host)) {
      throw unusable(
        module,
        `needs.net has "${host}", expected host:port, such as "example.com:443"`,
      );
    }
  }
  const env = texts(needs.env ?? [], "needs.env", module);
  for (const name of env) {
    if (!VARIABLE.test(name)) {
      throw unusable(module, `needs.env has "${name}", expected the name of one variable`);
    }
  }
  return { net, read: texts(needs.read ?? [], "needs.read", module), env };
}

/** What is not understood is not granted or done either, and the module's author believes that it is. */
export function refuseOtherKeys(
  value: object,
  known: readonly string[],
  { what, module, error = unusable }: {
    readonly what: string;
    readonly module: string;
    readonly error?: (module: string, state: string) => Error;
  },
): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other === undefined) return;
  throw error(module, `${what} has the key "${other}", expected none but ${known.join(", ")}`);
}

function texts(value: unknown, what: string, module: string): string[] {
  const isText = (item: unknown) => typeof item === "string" && item !== "";
  const isList = Array.isArray(value) && value.every(isText);
  const nul = isList && value.find((item) => item.includes("\0"));
  if (nul) throw unusable(module, `${what} has ${JSON.stringify(nul)}, expected no NUL in it`);
  if (Array.isArray(value) && !isList) {
    const wrong = JSON.stringify(value.find((item) => !isText(item)));
    throw unusable(module, `${what} has ${wrong}, expected texts that are not empty`);
  }
  if (!isList) {
    throw unusable(module, `${what} is ${JSON.stringify(value)}, expected a list of texts`);
  }
  return [...value];
}

/** Returns a path as the module may open it. */
export function absolute(path: string, root: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** What it throws may read like a step of ours. */
const NEXT = "Fix the module, then run it again.";

/** Returns the error for what a module threw while it was read; no credential is repeated. */
export function fault(module: string, what: string, cause: unknown): InternalError {
  const reason = reasonOf(cause, "read");
  return new InternalError("source-fault", `Cannot use module "${module}": ${what}: ${reason}`, {
    cause: isShown(cause) ? cause : reason,
    context: { path: module, next: NEXT },
  });
}

/** What is said when the permissions deny something, by what the module was doing; after it comes its name. */
function deniedBy(step: Step, name: string): string {
  switch (step) {
    case "load":
      return `it imports "${name}", expected packages of deno.json only`;
    case "describe":
      return `it asks for "${name}", and describe() may read nothing but the module`;
    case "read":
      return `"${name}" is not among what describe() says that it needs`;
  }
}

/** What the runtime says of a package that is in neither its cache nor the lockfile. */
const UNKNOWN_PACKAGE =
  /lockfile is out of date|Could not find npm package|Failed loading|not found in .*cache|cached-only/i;

function reasonOf(cause: unknown, step: Step): string {
  const text = textOf(cause);
  const [reason = ""] = text.split("\n");
  if (step === "load" && UNKNOWN_PACKAGE.test(reason)) {
    return "it imports a package that the project has not cached, expected one of deno.json, by its name there";
  }
  const [, name] = /Requires \w+ access to "([^"]+)"/.exec(reason) ?? [];
  if (name !== undefined) return deniedBy(step, name);
  // Of a syntax error the place is in another line, after the code.
  const [, line] = step === "load" && /\bfile:\/\/\S+?:(\d+):\d+/.exec(text) || [];
  return redactRegistered(reason) + (line === undefined ? "" : `, in line ${line}`);
}

/** Says whether what was thrown can be looked at; a Proxy may throw at each look. */
export function isShown(cause: unknown): boolean {
  try {
    return cause instanceof Error || typeof cause !== "object" || Object.keys(cause ?? {}) !== null;
  } catch {
    return false;
  }
}

/** What was thrown, as a text; of what is no error no more than a line shows. */
function textOf(cause: unknown): string {
  try {
    if (cause instanceof Error || typeof cause !== "object") return String(cause);
    const text = Deno.inspect(cause, { breakLength: Infinity, compact: true, depth: 2 });
    return cutText(text, 200);
  } catch {
    return "something that cannot be shown";
  }
}

/** Returns the error for what a module may not do while it is read. */
export function broken(module: string, state: string): InternalError {
  return new InternalError("source-fault", `Cannot use module "${module}": ${state}`, {
    context: { path: module, next: NEXT },
  });
}

/** Returns the error for a module that cannot be a source at all; it is found before anything runs. */
export function unusable(module: string, state: string): ConfigError {
  return new ConfigError("config-invalid", `Cannot use module "${module}": ${state}`, {
    context: { path: module, next: NEXT },
  });
}
