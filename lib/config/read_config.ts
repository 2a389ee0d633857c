import { dirname, resolve } from "node:path";
import { ConfigError } from "../errors/mod.ts";
import { valueAt } from "../grammar/mod.ts";
import type { SchemaContext } from "./schema_context.ts";
import { crossChecks } from "./cross_checks.ts";
import { readEnvironment } from "./environment.ts";
import { newNameIn } from "./fields.ts";
import type { YamlPlaces } from "./_yaml_places.ts";
import { type ConfigValues, logsSchema, parsePipeline, placesSchema } from "./_pipeline_schema.ts";
import { formatProblem, isGuarded, type Problem, problemsOf } from "./problem.ts";
import { maskLine, readYaml, type YamlFile } from "./_read_yaml.ts";
import { compareInFile, formatPath, isMapping } from "./tree.ts";
import { OVERRIDE_KEYS, OVERRIDE_VARIABLES, type OverrideKey } from "./override_variables.ts";
import type { SourceSchema } from "./source_schema.ts";

export type { ConfigValues };

/** Options of {@linkcode loadConfig}. */
export interface ReadConfigOptions<Config = ConfigValues> {
  /** Absolute folder at which relative paths start. @default {the file's own} */
  readonly root?: string;
  /** Folder at which they started before; see `SchemaContext`. @default none */
  readonly formerRoot?: string;
  /** Reads one environment variable. @default {Deno.env.get, where permitted} */
  readonly env?: (name: string) => string | undefined;
  /** What the command line sets; it overrides the environment, which overrides the file. @default {{}} */
  readonly overrides?: { readonly [Key in OverrideKey]?: string | undefined };
  /** Finds what is wrong with a configuration whose keys are all right. @default {nothing} */
  readonly check?: (config: Config) => readonly Problem[];
}

/** Problems in one message. */
const MOST_PROBLEMS = 10;

/**
 * Reads a pipeline's YAML file, checks all of it and fills in every default.
 *
 * @param path The file; a relative path starts at the working directory.
 * @param sources The types of source that it may name.
 * @returns Durations in milliseconds, sizes in bytes, absolute paths, credentials as `Secret`.
 * @throws {ConfigError} With one line for each problem, up to ten.
 */
export async function readConfig<Config extends ConfigValues>(
  path: string,
  sources: readonly SourceSchema[],
  options: ReadConfigOptions<Config> = {},
): Promise<Config> {
  const context: SchemaContext = {
    root: options.root ?? dirname(resolve(path)),
    env: options.env ?? readEnvironment,
    formerRoot: options.formerRoot,
  };
  const file = await readYaml(path);
  const tree = withOverrides(file.tree, context, options.overrides ?? {});
  const result = parsePipeline(tree, context, sources);
  // The sources' own schemas have made of them what their types say.
  const config = result.data as Config | undefined;
  const problems = [
    ...collectProblems(result.error?.issues ?? [], { ...file, tree }, sources),
    ...(config === undefined ? [] : options.check?.(config) ?? []),
  ];
  if (problems.length > 0 || config === undefined) {
    throw await configError(path, problems, { file, tree });
  }
  return config;
}

/**
 * Reads only where a pipeline's audit database and lake are. Looking at what was run, or taking it back, needs
 * neither its sources nor their credentials: every other key may be wrong, and its variables not set.
 *
 * @param path The file; a relative path starts at the working directory.
 * @returns Both paths, absolute.
 * @throws {ConfigError} If the file is not YAML, or one of the two keys is wrong.
 */
export async function readPlaces(
  path: string,
  { env }: { readonly env: (name: string) => string | undefined },
): Promise<Pick<ConfigValues, "audit" | "lake">> {
  const context: SchemaContext = { root: dirname(resolve(path)), env };
  const file = await readYaml(path);
  const tree = withOverrides(file.tree, context, {});
  const { audit, lake } = isMapping(tree) ? tree : {};
  const result = placesSchema(context).safeParse({ audit, lake });
  if (result.success) return result.data;
  const problems = collectProblems(result.error.issues, { ...file, tree, surprises: [] }, []);
  throw await configError(path, problems, { file, tree });
}

/**
 * Reads what a pipeline lives from, as far as the file says it: keys that are wrong are passed over, and variables that
 * are not set, such as credentials, are taken to hold their own names.
 *
 * @param path The file; a relative path starts at the working directory.
 * @param sources The types of source that it may name.
 * @returns The folder of its logs, and those of its sources whose keys are right.
 */
export async function readInputs(
  path: string,
  sources: readonly SourceSchema[],
  { env }: { readonly env: (name: string) => string | undefined },
): Promise<{ readonly logDir: string | undefined; readonly sources: readonly unknown[] }> {
  const context: SchemaContext = {
    root: dirname(resolve(path)),
    env: (name) => env(name) || name,
  };
  const tree = withOverrides((await readYaml(path)).tree, { ...context, env }, {});
  const { log_dir, sources: listed } = isMapping(tree) ? tree : {};
  return {
    logDir: logsSchema(context).safeParse(log_dir).data,
    sources: (Array.isArray(listed) ? listed : []).flatMap((source) => {
      const type = sources.find(({ type }) => isMapping(source) && type === source["type"]);
      const { data } = type?.schema(context).safeParse(source) ?? {};
      return data === undefined ? [] : [data];
    }),
  };
}

function withOverrides(
  tree: unknown,
  context: SchemaContext,
  overrides: NonNullable<ReadConfigOptions["overrides"]>,
): unknown {
  if (!isMapping(tree)) return tree;
  const changed = { ...tree };
  for (const key of OVERRIDE_KEYS) {
    const value = overrides[key] ?? (context.env(OVERRIDE_VARIABLES[key]) || undefined);
    if (value !== undefined) changed[key] = value;
  }
  return changed;
}

function collectProblems(
  issues: readonly Parameters<typeof problemsOf>[0][],
  file: YamlFile,
  sources: readonly SourceSchema[],
): Problem[] {
  const problems = issues.flatMap((issue) => problemsOf(issue, file.tree));
  const known = new Set(problems.map((problem) => formatPath(problem.path)));
  // A key that is there under its old name is not missing as well.
  const renamed = new Set(problems.flatMap(({ path, text }) => {
    const name = newNameIn(text);
    return name === undefined ? [] : [formatPath([...path.slice(0, -1), name])];
  }));
  const others = [...file.surprises, ...crossChecks(file.tree, sources)];
  const kept = problems.filter(({ path }) =>
    !renamed.has(formatPath(path)) || valueAt(file.tree, path) !== undefined
  );
  return [...kept, ...others.filter((problem) => !known.has(formatPath(problem.path)))]
    .sort((a, b) => compareInFile(file.tree, a.path, b.path));
}

async function configError(
  path: string,
  problems: readonly Problem[],
  tree: { readonly file: YamlFile; readonly tree: unknown },
): Promise<ConfigError> {
  const { YamlPlaces } = await import("./_yaml_places.ts");
  const read = { ...tree, places: new YamlPlaces(tree.file.text) };
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  const told = problems.slice(0, MOST_PROBLEMS)
    .map((problem) => `${formatProblem(problem)}${placeIn(problem, read)}`);
  const more = problems.length - told.length;
  const lines = more > 0 ? [...told, `and ${more} more`] : told;
  const [first] = problems;
  return new ConfigError(
    problems.every((problem) => problem.env) ? "config-env-missing" : "config-invalid",
    [`Cannot use configuration ${JSON.stringify(path)}: ${count}`, ...lines].join("\n  "),
    {
      context: {
        path,
        problems: told,
        ...first === undefined ? {} : excerptOf(first, read),
      },
    },
  );
}

interface ReadTree {
  readonly file: YamlFile;
  readonly places: YamlPlaces;
  /** With what was set outside the file. */
  readonly tree: unknown;
}

function placeIn({ path }: Problem, { file, tree, places }: ReadTree): string {
  if (valueAt(tree, path) !== valueAt(file.tree, path)) return " (set outside the file)";
  const place = places.of(path);
  return place === undefined ? "" : ` (line ${place.line})`;
}

/** A line with such a key may hold a credential under a mistyped name, and an address may hold one as well. */
const GUARDED_LINE = /\b(auth|headers|body|salt)\b|:\/\/|@/;

/** Returns the line of a problem, its text, and the column of its key. */
function excerptOf({ path }: Problem, { file, tree, places }: ReadTree) {
  if (valueAt(tree, path) !== valueAt(file.tree, path)) return {};
  const place = places.of(path);
  if (place === undefined) return {};
  const raw = file.text.split(/\r?\n/)[place.line - 1];
  const text = maskLine(raw);
  if (path.length === 0 || isGuarded(path) || GUARDED_LINE.test(text)) return { line: place.line };
  // Where something is masked before it, the column is another one.
  const at = text === raw
    ? place.column - 1
    : text.search(new RegExp(`\\b${RegExp.escape(String(path.at(-1)))}["']?:|\\S|$`));
  return { line: place.line, text, column: at + 1 };
}
