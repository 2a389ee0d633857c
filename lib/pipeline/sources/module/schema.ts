import { z } from "zod";
import {
  inputPath,
  mapping,
  type SchemaContext,
  sourceName,
  sourceTolerance,
  variant,
} from "../../../config/mod.ts";
import type { Check } from "../../../quality/mod.ts";
import { type PrivacyKeys, rulesSchema } from "../_rules_schema.ts";
import type { ContractMode } from "../../contract.ts";
import type { Json, SourceDescription } from "../../own_source.ts";

/** A source of the user's own. */
export interface ModuleSource {
  readonly type: "module";
  readonly name: string;
  /** Absolute path of the module. */
  readonly module: string;
  /** Absolute folder at which its relative paths start. */
  readonly root: string;
  readonly options: Json;
  /** What is expected of the records of all its streams. */
  readonly checks?: readonly Check[] | undefined;
  /** What becomes of changed columns. */
  readonly contract?: ContractMode | undefined;
  /** What may not be kept of them. */
  readonly privacy?: PrivacyKeys | undefined;
  readonly tolerance?: { readonly records?: number; readonly files?: number } | undefined;
  /** Hash of the module's text, which is part of what the source means; `undefined` until it is asked. */
  readonly sha256?: string | undefined;
  /** What the module says of itself; `undefined` until it is asked. */
  readonly description?: SourceDescription | undefined;
}

/** Its keys in the YAML. */
export function moduleSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant(
      "module",
      "A source of your own: a TypeScript module with the interface `Source`.",
    ),
    module: inputPath(context).describe("The module; its default export is the source."),
    options: z.json().prefault({}).describe("Handed to the module as it is written here."),
    tolerance: sourceTolerance(),
    ...rulesSchema(context),
  }).transform((source) => ({ ...source, root: context.root }));
}
