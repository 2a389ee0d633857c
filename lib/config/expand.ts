import type { z } from "zod";
import type { SchemaContext } from "./schema_context.ts";
import { isSecretVariable, Secret } from "../secrets/mod.ts";
import { substitute, variablesIn } from "./variables.ts";

/** A shorter value, unless its name says so, is a region or a number rather than a token; it would be found everywhere. */
export const LEAST_TOKEN = 8;

/** Where a schema reports what is wrong. */
export type Issues = z.core.$RefinementCtx;

/** Options of {@linkcode expand}. */
export interface ExpandOptions {
  /** Whether what the variables hold, if it is long enough for a token, is kept out of logs. @default {false} */
  readonly guarded?: boolean;
  /** Where the text is below the value that the schema reads. @default {[]} */
  readonly path?: PropertyKey[];
}

/** Puts variables into a text; gives `undefined` after it has reported those that are not set. */
export function expand(
  value: string,
  on: { readonly issues: Issues; readonly context: SchemaContext },
  options: ExpandOptions = {},
): string | undefined {
  const names = [...new Set(variablesIn(value))];
  const values = new Map<string, string>();
  for (const name of names) {
    const found = on.context.env(name);
    if (found) values.set(name, found);
    else reportMissing(name, found, on.issues, options.path);
    if (!found) continue;
    // A name that says so counts wherever the variable is used.
    const isLong = options.guarded === true && found.length >= LEAST_TOKEN;
    if (isLong || isSecretVariable(name)) new Secret(found, name);
  }
  return values.size < names.length
    ? undefined
    : substitute(value, (name) => values.get(name) ?? "");
}

function reportMissing(
  name: string,
  found: string | undefined,
  issues: Issues,
  path: PropertyKey[] = [],
): void {
  const message = `environment variable "${name}" is ${found === "" ? "empty" : "not set"}`;
  issues.addIssue({ code: "custom", message, path, params: { kind: "env" } });
}
