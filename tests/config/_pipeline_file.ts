import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parse } from "@std/yaml";
import { ConfigError } from "../../lib/errors/mod.ts";
import { loadConfig, type LoadConfigOptions, type PipelineConfig } from "../../lib/pipeline/mod.ts";
import { schemaProblems } from "./_json_schema.ts";

/** A pipeline file in a folder of its own that goes when the test ends. */
export class PipelineFile implements AsyncDisposable {
  readonly folder: string;
  readonly path: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, "pipeline.yaml");
  }

  static async of(text: string): Promise<PipelineFile> {
    const file = new PipelineFile(await Deno.makeTempDir());
    await Deno.writeTextFile(file.path, text);
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Loads a text as a pipeline file that starts at `/project`, with no environment but the one given. */
export async function load(
  text: string,
  env: Record<string, string> = {},
  options: LoadConfigOptions = {},
): Promise<PipelineConfig> {
  await using file = await PipelineFile.of(text);
  const config = await loadConfig(file.path, {
    ...{ root: "/project", env: (name: string) => env[name] },
    ...options,
  });
  // What is accepted is not marked in an editor.
  assertEquals(schemaProblems(parse(text, { schema: "core" })), []);
  return config;
}

/** Returns the error that a text ends in. */
export async function refusal(
  text: string,
  env: Record<string, string> = {},
): Promise<ConfigError> {
  try {
    await load(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

/** A pipeline with one API source; the given lines stand inside its only stream. */
export function withStream(...lines: string[]): string {
  return withSource("base_url: https://api.example", ...[
    "streams:",
    "  - name: events",
    "    path: /e",
  ], ...lines.map((line) => `    ${line}`));
}

/** A pipeline with one API source; the given lines stand inside it. */
export function withSource(...lines: string[]): string {
  const source = ["name: web", "type: api", ...lines];
  return ["name: demo", "sources:", ...source.map((line, i) => `${i ? "    " : "  - "}${line}`)]
    .join("\n");
}

/** The lines after the first, without their indent and their place in the file. */
export function problemsOf(error: ConfigError): string[] {
  return error.message.split("\n").slice(1).map((line) =>
    line.trim().replace(/ \(line \d+\)$/, "")
  );
}
