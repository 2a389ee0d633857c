import { createHash } from "node:crypto";
import { fillSecrets, hideSecrets } from "../../../logging/mod.ts";
import type { Page, PageValidators, StreamRequest } from "../../../api/mod.ts";
import type { StreamStateRow } from "../../../audit/mod.ts";
import type { ApiSource, ApiStream } from "./schema.ts";

/** Validators as the audit database keeps them. */
interface KeptValidators extends PageValidators {
  /** Of all that decides what the answer is and what becomes of it. */
  readonly request: string;
}

/** Returns the condition under which a snapshot of one page need not be read again, where there is one. */
export function ifChanged(
  source: ApiSource,
  stream: ApiStream,
  { validators, current_complete }: StreamStateRow,
): Pick<StreamRequest, "ifChanged"> {
  if (!isConditional(stream)) return {};
  if (validators === null || current_complete === 0) return {};
  const { request, ...ifChanged } = filledIn(validators);
  return request === fingerprint(source, stream) ? { ifChanged } : {};
}

/** Returns a page's validators as the audit database keeps them; `null` if they are of no use. */
export function keptValidators(
  source: ApiSource,
  stream: ApiStream,
  page: Page,
): KeptValidators | null {
  if (page.validators === undefined || !isConditional(stream)) return null;
  const { etag, lastModified } = page.validators;
  return {
    ...(etag === undefined ? {} : { etag: hideSecrets(etag) }),
    ...(lastModified === undefined ? {} : { lastModified: hideSecrets(lastModified) }),
    request: fingerprint(source, stream),
  };
}

/** Validators are sent back as they came; what a server put of our own into them is not in the database. */
function filledIn(text: string): Partial<KeptValidators> {
  const { request, etag, lastModified } = JSON.parse(text) as KeptValidators;
  try {
    return {
      request,
      ...(etag === undefined ? {} : { etag: fillSecrets(etag) }),
      ...(lastModified === undefined ? {} : { lastModified: fillSecrets(lastModified) }),
    };
  } catch {
    return {}; // with other secrets than those: then the answer is read again, whole
  }
}

/** Only a whole answer that is published as a whole can stand for what was published before. */
function isConditional(stream: ApiStream): boolean {
  return stream.conditional && stream.mode === "snapshot" && stream.method === "GET" &&
    stream.pagination.type === "none" && stream.window === undefined &&
    stream.for_each === undefined;
}

/** Hashed, because parameters may hold secrets. */
function fingerprint(api: ApiSource, stream: ApiStream): string {
  const address = [api.base_url, api.sandbox, api.headers];
  return createHash("sha256").update(JSON.stringify([address, stream])).digest("hex");
}
