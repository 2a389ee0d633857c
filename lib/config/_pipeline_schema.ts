import { z } from "zod";
import { UsageError } from "../errors/mod.ts";
import { loadSchema } from "./_load_schema.ts";
import { PART_FORMAT_NAMES } from "../lake/part_format_names.ts";
import { parseFault } from "../sandbox/parse_fault.ts";
import { address, choice, identifier, mapping, path, whole } from "./fields.ts";
import type { SchemaContext } from "./schema_context.ts";
import type { SourceSchema } from "./source_schema.ts";
import { maxShrink, toleranceSchema } from "./tolerance_schema.ts";

/** The whole file; everything about its keys is said here and in the schemas of the types of source. */
export function pipelineSchema(context: SchemaContext, sources: readonly SourceSchema[]) {
  return mapping({
    name: identifier().describe("Name of the pipeline."),
    ...places(context),
    part_format: choice(PART_FORMAT_NAMES).default("jsonl.gz")
      .describe("Format of the parts that records are published in; files of columns stay CSV."),
    log_dir: logsSchema(context),
    sandbox: mapping({
      seed: whole(0).default(7).describe("Seed of the faults that come by chance."),
      faults: z.array(faultSchema(), { error: "a list of faults" }).prefault([])
        .describe("Faults that the sandbox shows."),
    }).prefault({}).describe("How the local stand-ins behave."),
    sources: z.array(sourceSchema(context, sources), { error: "a list of sources" })
      .min(1, { error: "at least one source" }).describe("Where the data comes from."),
    tolerance: toleranceSchema({ records: "0%", files: "0" }).transform((
      { records = 0, files = 0 },
    ) => ({ records, files }))
      .prefault({}).describe("How much may be rejected."),
    max_shrink: maxShrink().prefault("50%"),
    notify: notifySchema(context).optional()
      .describe("Who is notified of a run that needs somebody."),
    load: loadSchema(context).exactOptional().describe(
      "What is published is loaded into a database after each run that is complete or partial.",
    ),
  }, { renamed: { logs: "log_dir" } });
}

/** Outcomes of a run that somebody may have to look at. */
const TOLD = ["partial", "suspended", "failed"] as const;

function notifySchema(context: SchemaContext) {
  return mapping({
    url: address(context)
      .describe("Address that gets a POST with JSON; a `${NAME}` in its path is a secret."),
    on: z.array(choice(TOLD), { error: `a list of ${TOLD.join(", ")}` })
      .min(1, { error: `at least one of ${TOLD.join(", ")}` }).prefault([...TOLD])
      .describe("Outcomes of a run that it is notified of."),
  });
}

/** One schema, and the context that it reads a file in. */
interface Built {
  readonly schema: ReturnType<typeof pipelineSchema>;
  /** Context of the file that is read now. */
  now: SchemaContext;
}

const BUILT = new WeakMap<readonly SourceSchema[], Built>();

/** Checks a tree by the schema, which is built once for all files: that takes longer than to read one. */
export function parsePipeline(
  tree: unknown,
  context: SchemaContext,
  sources: readonly SourceSchema[],
) {
  const built = BUILT.get(sources) ?? build(context, sources);
  built.now = context;
  // Compiled checks pay from the second file on, and a process reads one.
  return built.schema.safeParse(tree, { jitless: true });
}

function build(context: SchemaContext, sources: readonly SourceSchema[]): Built {
  const about: SchemaContext = {
    get root() {
      return built.now.root;
    },
    get formerRoot() {
      return built.now.formerRoot;
    },
    env: (name) => built.now.env(name),
  };
  const built: Built = { schema: pipelineSchema(about, sources), now: context };
  BUILT.set(sources, built);
  return built;
}

/** Where runs leave what they publish and what they know. */
export function placesSchema(context: SchemaContext) {
  return z.object(places(context));
}

/** Where runs leave their logs. */
export function logsSchema(context: SchemaContext) {
  return path(context).prefault("logs").describe("Folder of the run's own logs.");
}

function places(context: SchemaContext) {
  return {
    lake: path(context).prefault("lake").describe("Folder of the lake."),
    audit: path(context).prefault("audit.db").describe("File of the audit database."),
  };
}

function sourceSchema(context: SchemaContext, sources: readonly SourceSchema[]) {
  const [first, ...rest] = sources.map((source) => source.schema(context));
  if (first === undefined) throw new TypeError("Cannot read configuration: no type of source");
  // Each is a mapping with a literal `type`, which the list's own type cannot say.
  const options = [first, ...rest] as unknown as Parameters<typeof z.discriminatedUnion>[1];
  return z.discriminatedUnion("type", options, { error: "a mapping with the key type" });
}

/**
 * What the schema makes of a good file; what its sources hold is said by their types.
 *
 * @internal
 */
export type ConfigValues = z.output<ReturnType<typeof pipelineSchema>>;

const FAULT = 'a fault such as "flights:429@page3"';

/** A fault of the sandbox, checked by the sandbox's own grammar. */
function faultSchema() {
  return z.string({ error: FAULT }).superRefine((spec, issues) => {
    const problem = problemOf(spec);
    if (problem === undefined) return;
    issues.addIssue({ code: "custom", message: `${FAULT}: ${problem}`, params: { kind: "form" } });
  });
}

function problemOf(spec: string): string | undefined {
  try {
    parseFault(spec);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return String(error.context["reason"]);
  }
}
