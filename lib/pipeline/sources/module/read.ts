import { IngestError } from "../../../errors/mod.ts";
import { type DotPath, parseDotPath } from "../../../grammar/mod.ts";
import { fillSecrets, hideSecrets, mapTexts, maskSecrets } from "../../../logging/mod.ts";
import { checkRecord } from "../../../quality/mod.ts";
import { SchemaInference } from "../../../schema/mod.ts";
import type { RecordBatch, RecordMemory, SourceRecord, StagedLines } from "../../record_batch.ts";
import type { Json, ReadRequest, Source, SourceBatch, SourceStream } from "../../own_source.ts";
import type { ReadEnd } from "../../verdict.ts";
import { stagedRecordsOf } from "../../staging.ts";
import { credentialFault, type Credentials } from "../_credentials.ts";
import type { ModuleGuard } from "./guard.ts";
import { checkBatch } from "./check_batch.ts";
import { broken, fault, isShown } from "./load.ts";

/** What decides on the records of a module: they must be objects with the stream's primary key, and hold no credential. */
export class ModuleMemory implements RecordMemory {
  readonly primaryKey: readonly DotPath[];
  readonly #schema = new SchemaInference();
  readonly #credentials: Credentials | undefined;
  /** What the next incremental read should know; set by the batches. */
  state: Json | undefined;

  constructor({ primary_key = [] }: SourceStream, credentials?: Credentials) {
    this.#credentials = credentials;
    this.primaryKey = primary_key.map((path) => parseDotPath(path));
  }

  get schema(): unknown {
    return this.#schema.toStructType();
  }

  get watermark(): string | null {
    return this.state === undefined ? null : JSON.stringify(this.state);
  }

  decide({ value, bytes }: SourceRecord) {
    const fault = checkRecord(value, { primaryKey: this.primaryKey });
    if (fault !== undefined) return fault;
    const credential = this.#credentials?.in(bytes);
    if (credential !== undefined) return credentialFault(credential);
    this.#schema.add(value, bytes);
    return "new" as const;
  }

  async replay(staged: StagedLines): Promise<void> {
    for await (const record of stagedRecordsOf(staged)) this.decide(record);
  }

  boundary(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** Reads a stream of a module as batches of records. */
export async function* readModule(
  source: Source,
  about: {
    readonly module: string;
    readonly request: ReadRequest;
    readonly memory: ModuleMemory;
    readonly pages: number;
    readonly guard: ModuleGuard;
  },
): AsyncGenerator<RecordBatch, ReadEnd> {
  const { module, request, memory, guard } = about;
  const iterator = iterate(source, module, {
    ...request,
    position: filled(request.position, module),
    state: filled(request.state, module),
  });
  let number = about.pages;
  for (;;) {
    const step = await next(iterator, { module, guard, signal: request.signal });
    if (step.done) break;
    const batch = checkBatch(step.value, module);
    // Both are kept in the audit database, and the state in manifests.
    memory.state = batch.state === undefined ? memory.state : mapTexts(batch.state, hideSecrets);
    const odd = batch.records.map(oddNumber);
    const records = batch.records.filter((_, at) => odd[at] === undefined)
      .map((value) => encode(value, module));
    const rejects = batch.records.flatMap((value, at) =>
      odd[at] === undefined ? [] : [{ message: odd[at], raw: Deno.inspect(value) }]
    );
    yield {
      records,
      rejects: [...batch.rejects ?? [], ...rejects].map(asReject),
      position: batch.end === undefined ? mapTexts(batch.position ?? null, hideSecrets) : undefined,
      number: ++number,
      requests: 1,
      bytes: records.reduce((sum, { bytes }) => sum + bytes.length, 0),
    };
    if (batch.end === undefined) continue;
    await Promise.race([iterator.return?.(), guard.fault]);
    const end = maskSecrets(batch.end);
    return { stopReason: end, evidence: [end], contradictions: [] };
  }
  const message = "no batch says that it is the last one; set end on it";
  return {
    stopReason: "no-more-batches",
    evidence: [],
    contradictions: [{ code: "end-not-said", message }],
  };
}

function asReject({ message, raw, line }: NonNullable<SourceBatch["rejects"]>[number]) {
  return {
    code: "record-invalid" as const,
    message,
    raw: new TextEncoder().encode(raw),
    ...(line === undefined ? {} : { line }),
  };
}

function filled(kept: Json, module: string): Json {
  try {
    return mapTexts(kept, fillSecrets);
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error);
    throw broken(
      module,
      `it cannot go on from what was saved: ${state}; set the variables as they were then`,
    );
  }
}

function iterate(source: Source, module: string, request: ReadRequest): AsyncIterator<SourceBatch> {
  try {
    return source.read(request)[Symbol.asyncIterator]();
  } catch (error) {
    throw fault(module, "its read() threw", error);
  }
}

async function next(
  iterator: AsyncIterator<SourceBatch>,
  { module, guard, signal }: {
    readonly module: string;
    readonly guard: ModuleGuard;
    readonly signal: AbortSignal;
  },
) {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  try {
    signal.throwIfAborted();
    signal.addEventListener("abort", stop, { once: true });
    // A module that does not listen to the signal must not keep the run.
    return await Promise.race([iterator.next(), stopped.promise, guard.fault]);
  } catch (error) {
    if (isShown(error) && error instanceof IngestError) throw error;
    throw fault(module, "its read() threw", error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Names the number of a record that JSON would silently turn into null. */
function oddNumber(record: unknown): string | undefined {
  let odd: string | undefined;
  try {
    if (!JSON.stringify(record)?.includes("null")) return undefined;
    JSON.stringify(record, (key, value) => {
      if (typeof value === "number" && !Number.isFinite(value)) odd ??= `${key}: ${value}`;
      return value;
    });
  } catch {
    return undefined; // What JSON cannot say at all is a fault of the module.
  }
  return odd && `JSON has no such number: ${odd}`;
}

function encode(value: unknown, module: string): SourceRecord {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw fault(module, "a record cannot be written as JSON", error);
  }
  return {
    value: text === undefined ? undefined : JSON.parse(text),
    bytes: new TextEncoder().encode(text ?? "null"),
  };
}
