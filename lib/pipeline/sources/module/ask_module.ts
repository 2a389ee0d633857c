import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceDescription } from "../../own_source.ts";
import { ConfigError } from "../../../errors/mod.ts";
import { isMissing } from "../../_is_missing.ts";
import { pathList } from "../../../process/mod.ts";
import { unusable } from "./load.ts";
import type { ModuleSource } from "./schema.ts";

/**
 * Asks a module what it is, in a child process that may read the module and nothing else.
 *
 * @throws {ConfigError} If it is unusable, or in a folder whose name no permission can hold.
 * @param options `limitMs` is how long it may take. @default 10 s
 */
export async function askModule(
  source: ModuleSource,
  { limitMs = 10_000 }: { readonly limitMs?: number } = {},
): Promise<SourceDescription> {
  const { module, root, options } = source;
  refuseMissing(module);
  const describe = join(dirname(fileURLToPath(import.meta.url)), "describe.ts");
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      "--cached-only",
      "--deny-import",
      `--allow-read=${pathList([module])}`,
      describe,
      module,
      root,
      JSON.stringify(options),
    ],
    // Its words go into our sentence, and nowhere else.
    env: { NO_COLOR: "1", OTEL_DENO: "false" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitMs);
  const { code, stdout, stderr } = await child.output().finally(() => clearTimeout(timer));
  if (late) throw unusable(module, `describe() gave no answer within ${limitMs / 1000} s`);
  const text = new TextDecoder().decode(stdout).trim();
  const answer = parse(text.slice(text.lastIndexOf("\n") + 1));
  if (code === 0 && answer !== undefined && !("error" in answer)) return answer;
  if (answer !== undefined && "error" in answer) {
    throw unusable(module, answer.error.replace(/^Cannot use module "[^"]*": /, ""));
  }
  const [line] = new TextDecoder().decode(stderr).trim().split("\n");
  throw unusable(
    module,
    `it cannot be described: ${line?.replace(/^error: /, "") || "it ended without an answer"}`,
  );
}

/** The runtime would only say that a module is not found, as of an import that is misspelled in one. */
function refuseMissing(module: string): void {
  if (!isMissing(module)) return;
  throw new ConfigError(
    "config-invalid",
    `Cannot use module "${module}": there is no such file; name another in module:, or write it`,
    { context: { path: module } },
  );
}

function parse(line: string): SourceDescription | { readonly error: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // What it wrote on standard error says why.
  }
}
