import { z } from "zod";
import { pipelineSchema } from "./_pipeline_schema.ts";
import type { SourceSchema } from "./source_schema.ts";

/** What one key of the configuration means. */
export interface ConfigKey {
  /** Where it is: `sources[].streams[].path`. */
  readonly path: string;
  /** The `type`s of the mapping around it in which it exists: `["page", "offset"]`; empty where it always does. */
  readonly variants: readonly string[];
  /** What it may hold: `duration`, `text`, `one of GET, POST`. */
  readonly type: string;
  /** What it is without being written: a value, `required`, or `none`. */
  readonly default: string;
  /** What it means, in one sentence; Markdown. */
  readonly meaning: string;
}

/** The parts of JSON Schema that the pipeline's schema uses. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly form?: string;
  readonly fallback?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

/**
 * Lists every key that a pipeline file may hold, as the schema itself describes it.
 */
export function configKeysOf(sources: readonly SourceSchema[]): ConfigKey[] {
  const schema = pipelineSchema({ root: "", env: () => undefined }, sources);
  const json = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return [...keysOf(json, { path: "", variants: [] })];
}

interface Position {
  readonly path: string;
  readonly variants: readonly string[];
}

function* keysOf(schema: JsonSchema, at: Position): Generator<ConfigKey> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const path = at.path === "" ? name : `${at.path}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    yield {
      path,
      variants: at.variants,
      type: typeOf(property),
      default: defaultOf(property, required),
      meaning: property.description ?? "",
    };
    yield* keysBelow(property, { path, variants: at.variants });
  }
}

function* keysBelow(schema: JsonSchema, at: Position): Generator<ConfigKey> {
  if (schema.items) return yield* keysBelow(schema.items, { ...at, path: `${at.path}[]` });
  if (schema.oneOf === undefined) return yield* keysOf(schema, at);
  const keys = schema.oneOf.flatMap((option) => {
    const variants = [option.properties?.["type"]?.const ?? ""];
    return [...keysOf(option, { ...at, variants })];
  });
  yield* merge(keys, { variants: at.variants, count: schema.oneOf.length });
}

/** Makes one key of those that several variants share. */
function merge(
  keys: readonly ConfigKey[],
  all: { readonly variants: readonly string[]; readonly count: number },
): ConfigKey[] {
  const merged = new Map<string, ConfigKey>();
  for (const key of keys) {
    const identity = JSON.stringify([key.path, key.type, key.default, key.meaning]);
    const variants = [...merged.get(identity)?.variants ?? [], ...key.variants];
    merged.set(identity, { ...key, variants });
  }
  return Array.from(
    merged.values(),
    (key) => key.variants.length === all.count ? { ...key, variants: all.variants } : key,
  );
}

function typeOf(schema: JsonSchema): string {
  if (schema.form !== undefined) return schema.form;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema.oneOf !== undefined || schema.type === "object") return "mapping";
  if (schema.items !== undefined) {
    const item = typeOf(schema.items);
    return item === "mapping" ? "list of mappings" : `list (${item})`;
  }
  if (schema.type === undefined) return "any value";
  return WORDS[String(schema.type)] ?? String(schema.type);
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
};

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (schema.fallback !== undefined) return schema.fallback;
  const value = schema.default;
  if (value === undefined) return required ? "required" : "none";
  if (typeof value !== "object" || value === null) return String(value);
  const type = Reflect.get(value, "type");
  if (typeof type === "string") return type;
  return Object.keys(value).length === 0 ? "none" : JSON.stringify(value);
}
