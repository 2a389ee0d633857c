import { dirname, fromFileUrl, join } from "@std/path";
import type { SourceDescription } from "../../source.ts";
import { broken } from "./load.ts";
import type { ModuleSource } from "./schema.ts";

/** Asks a module what it is, in a child process that may read the module and nothing else. */
export async function askModule(source: ModuleSource): Promise<SourceDescription> {
  const { module, root, options } = source;
  const describe = join(dirname(fromFileUrl(import.meta.url)), "describe.ts");
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      "--cached-only",
      "--deny-import",
      `--allow-read=${module.replaceAll(",", ",,")}`,
      describe,
      module,
      root,
      JSON.stringify(options),
    ],
    stdin: "null",
  });
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout).trim();
  const answer = parse(text.slice(text.lastIndexOf("\n") + 1));
  if (code === 0 && answer !== undefined && !("error" in answer)) return answer;
  if (answer !== undefined && "error" in answer) {
    throw broken(module, answer.error.replace(/^Cannot use module "[^"]*": /, ""));
  }
  const [line = "it ended without an answer"] = new TextDecoder().decode(stderr).trim().split("\n");
  throw broken(module, `it cannot be described: ${line}`);
}

function parse(line: string): SourceDescription | { readonly error: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // What it wrote on standard error says why.
  }
}
