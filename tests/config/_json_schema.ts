import { z } from "zod";
import { configJsonSchema } from "../../lib/pipeline/mod.ts";

let schema: z.ZodType | undefined;

/** Returns the paths at which a tree does not fit the JSON Schema of pipeline files, as its text alone says. */
export function schemaProblems(tree: unknown): string[] {
  // As an editor reads it: what is no JSON is lost.
  const read = () => JSON.parse(JSON.stringify(configJsonSchema()));
  schema ??= z.fromJSONSchema(read());
  return (schema.safeParse(tree).error?.issues ?? []).map(({ path }) => path.join("."));
}
