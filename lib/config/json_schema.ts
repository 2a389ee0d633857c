import { isAbsolute, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { isInside, PROJECT_ROOT } from "../io/mod.ts";
import { pipelineSchema } from "./_pipeline_schema.ts";
import type { SourceSchema } from "./source_schema.ts";
import { SOLE_VARIABLE } from "./variables.ts";

/** Where the JSON Schema of pipeline files is, from the project's root. */
export const JSON_SCHEMA_FILE = "data/pipeline.schema.json";

/** The parts of JSON Schema that are rewritten. */
type Node = Readonly<Record<string, unknown>>;

/**
 * Returns the JSON Schema of pipeline files, for editors: it completes keys, says what they mean and marks what cannot be
 * right. What depends on two keys or on the environment is checked by `readConfig` alone.
 */
export function jsonSchemaOf(sources: readonly SourceSchema[]): Node {
  const schema = pipelineSchema({ root: "", env: () => undefined }, sources);
  const json = z.toJSONSchema(schema, { io: "input", override: rewrite });
  return { ...json, title: "A pipeline of Headwaters" };
}

/** Puts what REFERENCE shows of a key where editors look for it. */
function rewrite({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { form, fallback, description } = jsonSchema;
  if (form === '"${NAME}"') jsonSchema["pattern"] = SOLE_VARIABLE.source;
  if (typeof fallback === "string") {
    jsonSchema.description = `${description ?? ""} Without it: ${fallback}.`.trim();
  }
  delete jsonSchema["form"];
  delete jsonSchema["fallback"];
}

/**
 * Returns the first line of a pipeline file, by which editors find the schema.
 *
 * @param folder The file's folder, absolute: within the project the line holds in every clone, elsewhere for this one.
 */
export function jsonSchemaLine(folder: string): string {
  const file = join(PROJECT_ROOT, JSON_SCHEMA_FILE);
  const way = isInside(folder, PROJECT_ROOT) ? relative(folder, file) : file;
  // Editors end the path at a space, and take none but an address for escaped.
  const isPlain = !isAbsolute(way) && !/\s/.test(way);
  const shown = isPlain ? way.replaceAll(sep, "/") : pathToFileURL(file).href;
  return `# yaml-language-server: $schema=${shown}`;
}
