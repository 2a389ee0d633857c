import {
  ApiClient,
  isSecretName,
  type Page,
  type Pagination,
  type UnreadSign,
} from "../../../api/mod.ts";
import { HttpError, UsageError } from "../../../errors/mod.ts";
import { formatDotPath, parseDotPath, valueAt } from "../../../grammar/mod.ts";
import { Secret } from "../../../secrets/mod.ts";
import { countOf } from "../../../terminal/mod.ts";
import {
  nameFrom,
  type Proposal,
  type ProposalTarget,
  type ProposedQuestion,
} from "../../proposal.ts";

/** How deep a list of records is looked for. */
const DEPTH = 4;
/** Parameters that often take the token of the next page. */
const TOKEN_PARAMS = ["cursor", "page_token", "pageToken", "after", "next", "continuation"];
/** Names of a parameter that says how many records a page has. */
const SIZE_PARAM = /^_?(?:limit|size|count|top|rows|per_?page|page_?size|max_?results|\$top)$/i;
/** Fields that often tell records apart, the likeliest first. */
const KEYS = [/^id$/i, /^(?:uuid|guid|_id|key|code|number|slug)$/i, /id$/i];

/** What a way to page leads to. */
interface Paging {
  readonly pagination: Pagination;
  readonly pages: readonly (readonly unknown[])[];
  readonly unread: UnreadSign | undefined;
}

/** Proposes a stream for an address by some requests: where its records are, how it is paged, what tells records apart. */
export async function proposeApi(target: ProposalTarget): Promise<Proposal[]> {
  const url = new URL(target.text);
  const params = Object.fromEntries(url.searchParams);
  const secret = Object.keys(params).find(isSecretName);
  const hasUser = url.username !== "" || url.password !== "";
  if (secret !== undefined || hasUser) {
    const what = hasUser ? "the password before its host" : `its parameter "${secret}"`;
    throw new UsageError(
      "usage",
      `Cannot use the address: ${what} is a credential, which does not belong in a file; ` +
        "leave it out, and name the variable that holds a token by --secret-env",
    );
  }
  await using client = clientOf(url, target);
  const first = (await client.request({ path: url.pathname, params })).json();
  const path = recordsIn(first);
  if (path === undefined) {
    throw new UsageError("usage", "Cannot propose a stream: the answer holds no list of records");
  }
  const prober = new Prober(client, { path: url.pathname, params, records: path });
  const paging = await prober.findPaging(first, (valueAt(first, path) as unknown[]).length);
  const { pagination, pages } = paging;
  const records = pages.flat();
  const { key, questions } = askedOf(records, paging);
  const { secretEnv } = target;
  return [{
    keys: {
      name: nameFrom(url.hostname.replace(/^(?:www|api)\./, "").split(".")[0] ?? "", "api"),
      type: "api",
      base_url: url.origin,
      ...(secretEnv === undefined ? {} : { auth: { type: "bearer", token: `\${${secretEnv}}` } }),
    },
    streams: [{
      keys: {
        name: nameFrom(url.pathname.split("/").at(-1) ?? "", "records"),
        path: url.pathname,
        ...(Object.keys(params).length === 0 ? {} : { params: withoutPaging(params, pagination) }),
        ...(path.length === 0 ? {} : { records: formatDotPath(path) }),
        pagination,
        ...(key === undefined ? {} : { primary_key: [key] }),
      },
      seen: [`seen: ${countOf(records.length, "record")} on ${countOf(pages.length, "page")}`],
      questions,
    }],
  }];
}

function clientOf(url: URL, { secretEnv, signal }: ProposalTarget): ApiClient {
  const auth = secretEnv === undefined
    ? { type: "none" as const }
    : { type: "bearer" as const, token: new Secret(Deno.env.get(secretEnv) ?? "", secretEnv) };
  return new ApiClient({ baseUrl: url.origin, auth, retry: { limit: 1, maxWait: 10_000 }, signal });
}

/** Returns the way to the longest list of objects in an answer, the outermost of equals. */
function recordsIn(body: unknown): string[] | undefined {
  let best: { readonly path: string[]; readonly length: number } | undefined;
  let level: { readonly value: unknown; readonly path: string[] }[] = [{ value: body, path: [] }];
  for (let depth = 0; depth <= DEPTH; depth++) {
    for (const { value, path } of level) {
      const isList = Array.isArray(value) && value.every((one) => typeof one === "object");
      if (isList && value.length > (best?.length ?? 0)) best = { path, length: value.length };
    }
    level = level.flatMap(({ value, path }) =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? []
        : Object.entries(value).map(([key, inner]) => ({ value: inner, path: [...path, key] }))
    );
  }
  return best?.path;
}

/** Tries ways to page: one is right if it leads to a second page of other records. */
class Prober {
  readonly #client: ApiClient;
  readonly #params: Readonly<Record<string, string>>;
  readonly #request: { readonly path: string; readonly records: string[] };

  constructor(
    client: ApiClient,
    { params, ...request }: {
      readonly path: string;
      readonly params: Readonly<Record<string, string>>;
      readonly records: string[];
    },
  ) {
    this.#client = client;
    this.#params = params;
    this.#request = request;
  }

  async findPaging(body: unknown, size: number): Promise<Paging> {
    const single = await this.#read({ type: "none" });
    const { unread } = single;
    const first = single.pages[0] ?? [];
    const about = { params: this.#params, size, body };
    for (const { pagination, second } of waysOn(unread, about)) {
      if (second !== undefined && !await this.#leadsOn(second, first)) continue;
      const read = await this.#read(pagination).catch(ofTheServer);
      if (read === undefined || read.pages.length < 2) continue;
      // Of pages that are counted from 0, number 1 is not the first.
      if (JSON.stringify(read.pages[0]) !== JSON.stringify(first)) continue;
      const total = totalIn(read.unread ?? (unread?.says === "total" ? unread : undefined));
      return total === undefined ? read : { ...read, pagination: { ...pagination, ...total } };
    }
    return single;
  }

  /** Whether parameters bring other records than those of the first page. */
  async #leadsOn(second: Readonly<Record<string, string>>, first: readonly unknown[]) {
    const params = { ...this.#params, ...second };
    const answer = await this.#client.request({ path: this.#request.path, params })
      .catch(ofTheServer);
    const records = answer && valueAt(answer.json(), this.#request.records);
    const known = new Set(first.map((one) => JSON.stringify(one)));
    return Array.isArray(records) && records.length > 0 &&
      records.every((one) => !known.has(JSON.stringify(one)));
  }

  async #read(pagination: Pagination): Promise<Paging> {
    const { path, records } = this.#request;
    const pages: (readonly unknown[])[] = [];
    const params = withoutPaging(this.#params, pagination);
    const stream = this.#client.pages({
      path,
      params,
      ...(records.length === 0 ? {} : { records: formatDotPath(records) }),
      pagination: { ...pagination, max_pages: 2 },
    }, { prefetch: false });
    for (;;) {
      const step: IteratorResult<Page, { readonly unread?: UnreadSign }> = await stream.next();
      if (step.done) return { pagination, pages, unread: step.value.unread };
      pages.push(step.value.records.map(({ value }) => value));
    }
  }
}

/** What a server refuses is no way; what keeps it from being asked is thrown. */
function ofTheServer(error: unknown): undefined {
  if (error instanceof HttpError && error.status !== undefined) return undefined;
  throw error;
}

/** Parameters that the pagination sets itself are not said twice. */
function withoutPaging(
  params: Readonly<Record<string, string>>,
  pagination: Pagination,
): Record<string, string> {
  const own = new Set(Object.values(pagination).filter((value) => typeof value === "string"));
  return Object.fromEntries(Object.entries(params).filter(([name]) => !own.has(name)));
}

/** Returns the ways in which a listing may go on, the likeliest first, each with what its second page would be asked by. */
function* waysOn(
  unread: UnreadSign | undefined,
  { params, size, body }: {
    readonly params: Readonly<Record<string, string>>;
    readonly size: number;
    readonly body: unknown;
  },
): Generator<{ pagination: Pagination; second?: Record<string, string> }> {
  if (unread?.says === "next") {
    const { place, isHeader, value } = unread;
    if (isHeader && place === "Link") yield { pagination: { type: "link" } };
    else if (value === "url" && !isHeader) yield { pagination: { type: "next_url", path: place } };
    else if (!isHeader) {
      const token = String(valueAt(body, parseDotPath(place)));
      const own = place.split(".").at(-1)?.replace(/^next_?/i, "") ?? "";
      for (const param of new Set([own, ...TOKEN_PARAMS].filter((name) => name !== ""))) {
        yield { pagination: { type: "cursor", param, path: place }, second: { [param]: token } };
      }
    }
  }
  const sizeParam = Object.keys(params).find((name) => SIZE_PARAM.test(name));
  const asked = { size: Number(sizeParam === undefined ? size : params[sizeParam]) || size };
  const sized = sizeParam === undefined ? {} : { size_param: sizeParam, ...asked };
  // Next to `_limit` is `_page`.
  const forms = sizeParam?.startsWith("_") ? ["_", ""] : [""];
  for (const page_param of forms.map((form) => `${form}page`)) {
    const page = { type: "page", page_param, ...sized } as const;
    yield { pagination: page, second: { [page_param]: "2" } };
    yield { pagination: { ...page, start: 0 }, second: { [page_param]: "1" } };
  }
  const offsets = ["offset", "skip", "start"];
  for (const offset_param of forms.flatMap((form) => offsets.map((name) => `${form}${name}`))) {
    const size_param = sizeParam ?? "limit";
    yield {
      pagination: { type: "offset", offset_param, size_param, ...asked },
      second: { [offset_param]: String(asked.size), [size_param]: String(asked.size) },
    };
  }
}

function totalIn(unread: UnreadSign | undefined) {
  if (unread === undefined || (unread.says !== "total" && unread.says !== "pages")) {
    return undefined;
  }
  const place = unread.isHeader ? { header: unread.place } : { path: unread.place };
  return unread.says === "total" ? { total: place } : { total_pages: place };
}

/** Says by what an answer shows that it is not all. */
function saidIn({ says, value, place, isHeader }: UnreadSign): string {
  const sign = `${isHeader ? "header" : "field"} ${JSON.stringify(place)}`;
  if (says === "total" || says === "pages") {
    return `This is not all, the ${sign} says ${value} ${says === "total" ? "records" : "pages"}`;
  }
  return `This is not all, by the ${sign}`;
}

/** Returns the field that tells the records apart, and what only the user knows. */
function askedOf(records: readonly unknown[], { pagination, pages, unread }: Paging) {
  const fields = Object.keys((records[0] ?? {}) as object);
  const valuesOf = (name: string) => records.map((one) => valueAt(one, [name]));
  const isKey = (name: string) => {
    const values = valuesOf(name);
    return values.every((one) => typeof one === "string" || Number.isSafeInteger(one)) &&
      new Set(values).size === values.length;
  };
  const key = KEYS.flatMap((form) => fields.filter((name) => form.test(name))).find(isKey);
  const changed = fields.filter((name) => /updat|modif|chang/i.test(name))
    .map((field) => ({ field, format: formOf(valuesOf(field)) }))
    .find(({ format }) => format !== undefined);
  const questions: ProposedQuestion[] = [];
  if (key === undefined) {
    questions.push({ ask: "Which fields tell records apart?", keys: { primary_key: ["id"] } });
  }
  const read = pages[0]?.length ?? 0;
  if (pagination.type === "none" && (unread !== undefined || read >= 10)) {
    questions.push({
      ask: unread === undefined
        ? `Is this all, or how does one ask for what comes after these ${read}?`
        : `${saidIn(unread)}: how does one ask for what comes after these ${read}?`,
      keys: { pagination: { type: "page", page_param: "page", ...totalIn(unread) } },
    });
  }
  questions.push({
    ask: "Which parameter asks for what has changed since a time? Without one, each run reads all.",
    keys: {
      incremental: { ...changed ?? { field: "updated_at", format: "iso" }, start_param: "since" },
    },
  });
  return { key, questions };
}

function formOf(values: readonly unknown[]): string | undefined {
  const all = (form: (value: unknown) => boolean) => values.length > 0 && values.every(form);
  if (all((one) => typeof one === "string" && /^\d{4}-\d\d-\d\d/.test(one))) return "iso";
  if (all((one) => Number(one) > 1e12)) return "epoch_ms";
  return all((one) => Number(one) > 1e9) ? "epoch_s" : undefined;
}
