import { join } from "node:path";
import { ApiClient } from "../../../api/mod.ts";
import { ConfigError } from "../../../errors/mod.ts";
import type { RunContext } from "../../run_context.ts";
import { originsOf } from "./origins.ts";
import { type ApiSource, type ApiStream, authOf } from "./schema.ts";

/** The clients of a source: one for all streams, and one for each that has credentials of its own. */
export class ApiClients implements AsyncDisposable {
  readonly #ctx: RunContext;
  readonly #source: ApiSource;
  readonly #clients = new Map<ApiSource["auth"], ApiClient>();

  constructor(ctx: RunContext, source: ApiSource) {
    this.#ctx = ctx;
    this.#source = source;
  }

  /** Returns the client of a stream. */
  of(stream: ApiStream): ApiClient {
    const auth = authOf(this.#source, stream);
    const known = this.#clients.get(auth) ?? apiClient(this.#ctx, this.#source, auth);
    this.#clients.set(auth, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) await client[Symbol.asyncDispose]();
  }
}

function apiClient(ctx: RunContext, source: ApiSource, auth: ApiSource["auth"]): ApiClient {
  return new ApiClient({
    baseUrl: baseUrl(ctx, source),
    auth,
    headers: source.headers,
    allowHosts: source.allow_hosts,
    retry: {
      limit: source.retry.limit,
      maxWait: source.retry.max_wait,
      waitFrom: source.retry.wait_from,
    },
    origins: originsOf(ctx),
    ...(source.rate_limit === undefined ? {} : { rateLimit: source.rate_limit }),
    timeout: source.timeout,
    // A body on disk would hold what the stream's privacy keeps from there.
    ...(source.streams.some(({ privacy }) => privacy !== undefined)
      ? {}
      : { spool: { folder: join(ctx.disk.root, ctx.staging) } }),
    runId: ctx.run.run_id,
  });
}

function baseUrl(ctx: RunContext, source: ApiSource): string {
  if (source.base_url !== undefined) return source.base_url;
  if (ctx.sandboxUrl !== undefined) return `${ctx.sandboxUrl}/${source.sandbox}`;
  throw new ConfigError(
    "config-invalid",
    `Cannot reach source "${source.name}": it asks for the sandbox, and none was started`,
  );
}
