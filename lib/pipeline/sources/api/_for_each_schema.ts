import { z } from "zod";
import {
  dotPath,
  identifier,
  isMapping,
  type KeyPath,
  mapping,
  report,
  type ReportProblem,
  whole,
} from "../../../config/mod.ts";

/** Field that each record of a stream with `for_each` gets: the values of its listing. */
export const FOR_EACH = "_for_each";

/** A value of which a listing is one. */
export type ListingValue = string | number | bigint | boolean;

const VALUE = "a text that is not empty, a whole number, true or false";

/** What a stream has a listing for each of. */
export function forEachSchema() {
  const value = z.union([z.string().min(1), z.int(), z.boolean()], { error: VALUE });
  return mapping({
    stream: identifier().exactOptional().describe(
      "Stream of the same source, above this one: there is a listing for each of its records that readers see; this or `values`.",
    ),
    bind: z.record(identifier(), dotPath(), { error: "a mapping of name to path" })
      .exactOptional().meta({
        form: "mapping of name to dot path",
        description:
          "Names by which `path` and `params` take values of such a record, each with its path in the record.",
      }),
    values: z.record(
      identifier(),
      z.array(value, { error: `a list, each ${VALUE}` }).min(1, { error: "at least one value" }),
      { error: "a mapping of name to list" },
    ).exactOptional().meta({
      form: "mapping of name to list",
      description: "Names and the values that each takes: a listing for each combination.",
    }),
    parallel: whole(1).default(1).describe(
      "Listings whose first page is asked for at once; `rate_limit` holds for them together.",
    ),
  }).superRefine(({ stream, bind, values }, issues) => {
    if ((stream === undefined) === (values === undefined)) {
      report(issues, "exactly one of stream and values", []);
    }
    if ((stream === undefined) !== (bind === undefined)) {
      report(issues, "stream and bind together", []);
    }
    if (Object.keys(bind ?? values ?? {}).length === 0) report(issues, "at least one name", []);
  });
}

/** Returns the names in braces, as in `/users/{user_id}/orders`. */
export function namesIn(text: string): string[] {
  return Array.from(text.matchAll(PLACE), ([, name = ""]) => name);
}

/** Puts values in the place of their names in braces. */
export function filled(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(PLACE, (place, name: string) => valueOf(name) ?? place);
}

/** `${NAME}` is a variable. */
const PLACE = /(?<!\$)\{([a-z][a-z0-9_]*)\}/g;

/** What one watermark, or one answer, cannot say of many listings. */
const UNFIT = ["incremental", "window"];

/** Reports what a stream's `for_each` cannot be; `above` are the streams that are read before it. */
export function checkForEach(
  stream: Record<string, unknown>,
  { above, path, report }: {
    readonly above: readonly Record<string, unknown>[];
    readonly path: KeyPath;
    readonly report: ReportProblem;
  },
): void {
  const { for_each: forEach, pagination } = stream;
  if (!isMapping(forEach)) return;
  for (const key of UNFIT.filter((key) => stream[key] !== undefined)) {
    report([...path, key], "expected none with for_each");
  }
  if (isMapping(pagination) && pagination["change_feed"] === true) {
    report([...path, "pagination", "change_feed"], "expected none with for_each");
  }
  const { stream: parentName, bind, values } = forEach;
  const names = Object.keys(isMapping(bind) ? bind : isMapping(values) ? values : {});
  const params = isMapping(stream["params"]) ? Object.values(stream["params"]) : [];
  const used = new Set([stream["path"], ...params.flat()].map(String).flatMap(namesIn));
  for (const name of names.filter((name) => !used.has(name))) {
    report([...path, "for_each"], `expected {${name}} in path or params`);
  }
  for (const name of namesIn(String(stream["path"])).filter((name) => !names.includes(name))) {
    report([...path, "path"], `found {${name}}, expected a name of for_each`);
  }
  if (parentName === undefined) return;
  const parent = above.find(({ name }) => name === parentName);
  if (parent === undefined) {
    const found = `found ${JSON.stringify(parentName)}`;
    return report([...path, "for_each", "stream"], `${found}, expected a stream above this one`);
  }
  for (const [name, at] of Object.entries(isMapping(bind) ? bind : {})) {
    if (!privatePaths(parent).some((own) => `${at}.`.startsWith(`${own}.`))) continue;
    report([...path, "for_each", "bind", name], `found ${at}, expected no column under privacy`);
  }
}

function privatePaths({ privacy }: Record<string, unknown>): unknown[] {
  if (!isMapping(privacy)) return [];
  const { drop, mask, hash } = privacy;
  return [drop, mask, isMapping(hash) ? hash["columns"] : []]
    .flatMap((columns) => Array.isArray(columns) ? columns : []);
}
