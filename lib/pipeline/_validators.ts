import { createHash } from "node:crypto";
import type { Page, PageValidators, StreamRequest } from "../api/mod.ts";
import { getStreamState, type StreamName } from "../audit/mod.ts";
import type { ApiStream } from "../config/mod.ts";
import type { RunContext } from "./run_context.ts";

/** Validators as the ledger keeps them. */
interface KeptValidators extends PageValidators {
  /** Of all that decides what the answer is and what becomes of it. */
  readonly request: string;
}

/** Returns the condition under which a snapshot of one page need not be read again, where there is one. */
export function ifChanged(
  ctx: RunContext,
  name: StreamName,
  stream: ApiStream,
): Pick<StreamRequest, "ifChanged"> {
  if (!isConditional(stream)) return {};
  const { validators, current_proven } = getStreamState(ctx.db, name);
  if (validators === null || current_proven === 0) return {};
  const { request, ...ifChanged } = JSON.parse(validators) as KeptValidators;
  return request === fingerprint(ctx, name, stream) ? { ifChanged } : {};
}

/** Returns a page's validators as the ledger keeps them; `null` where they are of no use. */
export function validatorsText(
  ctx: RunContext,
  name: StreamName,
  { stream, page }: { readonly stream: ApiStream; readonly page: Page },
): string | null {
  if (page.validators === undefined || !isConditional(stream)) return null;
  const kept: KeptValidators = { ...page.validators, request: fingerprint(ctx, name, stream) };
  return JSON.stringify(kept);
}

/** Only a whole answer that is published as a whole can stand for what was published before. */
function isConditional(stream: ApiStream): boolean {
  return stream.conditional && stream.mode === "snapshot" && stream.method === "GET" &&
    stream.pagination.type === "none" && stream.window === undefined;
}

/** Hashed, because parameters may hold secrets. */
function fingerprint(ctx: RunContext, { source }: StreamName, stream: ApiStream): string {
  const api = ctx.config.sources.find(({ name }) => name === source);
  const address = api?.type === "api" ? [api.base_url, api.sandbox, api.headers] : [];
  return createHash("sha256").update(JSON.stringify([address, stream])).digest("hex");
}
