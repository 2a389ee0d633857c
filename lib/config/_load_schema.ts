import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { parseTableAddress } from "../db/table_address.ts";
import { inputPath, mapping, path, plain, report, text } from "./fields.ts";
import type { Issues } from "./expand.ts";
import type { SchemaContext } from "./schema_context.ts";
import { soleVariable } from "./variables.ts";

/** What a load may go to. */
const TARGET = '"duckdb:FILE" or "postgres://USER@HOST:PORT/DATABASE"';

/** The load after each run. */
export function loadSchema(context: SchemaContext) {
  return mapping({
    to: target(context).describe(
      "Database to load into, `duckdb:FILE` or `postgres://USER@HOST:PORT/DATABASE`: a table a stream, in a schema named as " +
        "its source.",
    ),
    password: variable().exactOptional()
      .describe("Password of the user of the server, which the process of the load alone gets."),
    ca: inputPath(context).exactOptional().meta({
      fallback: "what the runtime trusts",
      description: "Certificate (PEM) of the authority that signed the server's.",
    }),
    program: program(context).exactOptional().meta({
      fallback: "`duckdb`, on the PATH",
      description: "DuckDB's binary; the runtime does not confine it.",
    }),
  });
}

function target(context: SchemaContext) {
  return plain(TARGET).transform((value, issues) => {
    const file = /^duckdb:(.+)$/s.exec(value)?.[1];
    if (file !== undefined) {
      const found = within(path(context), file, issues);
      if (found === undefined) return z.NEVER;
      if (!found.includes("?")) return `duckdb:${found}`;
      return refuse(issues, 'a path without "?", at which DuckDB cuts it');
    }
    const address = within(text(context, TARGET), value, issues);
    if (address === undefined) return z.NEVER;
    try {
      if (parseTableAddress(address).engine === "postgres") return address;
    } catch (error) {
      const hasPassword = error instanceof TypeError && error.message.includes("password");
      if (hasPassword) return refuse(issues, "no password in it, but the key password");
    }
    return refuse(issues, TARGET);
  }).meta({ form: "address" });
}

/** The name of a variable, whose value a run needs not. */
function variable() {
  const wanted = '"${NAME}", the name of an environment variable';
  return plain(wanted).transform((value, issues) => soleVariable(value) ?? refuse(issues, wanted))
    .meta({ form: '"${NAME}"' });
}

/** A name is looked for on the PATH; a relative path starts in the folder of the YAML file. */
function program(context: SchemaContext) {
  return text(context, "a path, or the name of a program")
    .transform((value) =>
      /[/\\]/.test(value) && !isAbsolute(value) ? join(context.root, value) : value
    );
}

function within(schema: z.ZodType<string>, value: string, issues: Issues): string | undefined {
  const { data, error } = schema.safeParse(value);
  for (const { path: _, ...issue } of error?.issues ?? []) issues.addIssue({ ...issue });
  return data;
}

function refuse(issues: Issues, wanted: string): never {
  report(issues, wanted);
  return z.NEVER;
}
