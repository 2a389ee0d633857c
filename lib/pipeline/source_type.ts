import type { z } from "zod";
import type { StreamMode } from "../audit/mod.ts";
import type { KeyPath, ReportProblem, SchemaContext } from "../config/mod.ts";
import type { TimeForm } from "../grammar/mod.ts";
import type { Check, PrivacyRules } from "../quality/mod.ts";
import type { ContractMode } from "./contract.ts";
import type { Proposal, ProposalTarget } from "./proposal.ts";
import type { RecordMemory } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import type { StreamRecord } from "./stream_record.ts";

/** What the pipeline itself reads of any source's configuration. */
export interface SourceConfig {
  /** Its type. */
  readonly type: string;
  /** Its name. */
  readonly name: string;
}

/** What the progress of a stream counts. */
export type ProgressUnit = "pages" | "files";

/** How much may be rejected, and how far a snapshot may shrink. */
export interface Limits {
  /** Share of a stream's records. */
  readonly records: number;
  /** Number of whole files. */
  readonly files: number;
  /** Share of the last complete snapshot's rows that may be missing from a new one. */
  readonly maxShrink: number;
}

/** One stream of a source, as far as the pipeline must know it before it is read. */
export interface StreamPlan {
  /** Name of its source. */
  readonly source: string;
  /** Name of it. */
  readonly stream: string;
  /** Type of its source. */
  readonly type: string;
  /** How its runs relate to each other. */
  readonly mode: StreamMode;
  /** What its progress counts. */
  readonly unit: ProgressUnit;
  /** Name of the stream of its source whose records it has listings for, read before it. @default none */
  readonly parent?: string | undefined;
  /** What of the configuration's limits it sets itself. */
  readonly limits: Partial<Limits>;
  /** What is expected of its records. @default [] */
  readonly checks?: readonly Check[] | undefined;
  /** What becomes of changed columns. @default "evolve" */
  readonly contract?: ContractMode | undefined;
  /** What may not be kept of its records. @default all may */
  readonly privacy?: PrivacyRules | undefined;
  /** Form of its cursor values, if a range of it can be read again. */
  readonly cursor?: TimeForm | undefined;
  /** What its watermark is taken from, in words; a watermark of anything else is of no use to it. */
  readonly follows?: string | undefined;
  /** Returns from which cursor value on records may come again in a read that begins at a watermark. @default {it} */
  readonly beginsAt?: ((watermark: string) => number | string) | undefined;
  /** Over how many complete reads it can be reset to a watermark, if it remembers no more of its rows. @default {any} */
  readonly remembersReads?: number | undefined;
  /** Says what a read asks for that begins at a watermark, `null` for none. @default {nothing to say} */
  readonly asksFrom?: ((watermark: string | null) => string) | undefined;
}

/** What a source says of one of its streams. */
export type OwnPlan = Omit<StreamPlan, "source" | "type" | "unit">;

/** What a source must be allowed to do; everything else is denied. */
export interface Needs {
  /** Servers, as `host:port`. @default [] */
  readonly net?: readonly string[];
  /** Files and folders to read. @default [] */
  readonly read?: readonly string[];
  /** Paths next to those, at which nothing may be written. @default [] */
  readonly keeps?: readonly string[];
  /** Environment variables, apart from those that the configuration mentions. @default [] */
  readonly env?: readonly string[];
  /** Whether all other variables are as if they were not set, instead of an error: a package looks for some. @default false */
  readonly hidesEnv?: boolean;
}

/** What a source's permissions depend on apart from its configuration. */
export interface NeedsOptions {
  /** Root of the sandbox. */
  readonly sandboxUrl: string;
}

/** Reads one stream. */
export interface StreamReader {
  /** What decides on each record; `undefined` for a stream of files. */
  readonly memory?: RecordMemory | undefined;
  /** Reads the stream to its end; its record is `staged` after it, with a verdict. */
  read(): Promise<void>;
}

/** A source that is open for one run. */
export interface SourceSession extends AsyncDisposable {
  /** Returns the reader of one stream. */
  open(plan: StreamPlan, record: StreamRecord): StreamReader;
}

/**
 * Everything about one type of source: a new type is a folder that exports one of these, and a line in
 * `SOURCE_TYPES`.
 */
export interface SourceType<Config extends SourceConfig = SourceConfig> {
  /** Its name in the YAML. */
  readonly type: Config["type"];
  /** Its keys in the YAML. */
  schema(context: SchemaContext): z.ZodType<Config>;
  /** Reports what no single key can show; `source` is the mapping as written. @default {nothing} */
  check?(source: Record<string, unknown>, path: KeyPath, report: ReportProblem): void;
  /**
   * Completes the configuration with what only the source's own code can say. @default {as it is}
   *
   * @param how Whether that code is loaded into this process, or asked in a child that may read it and nothing else.
   */
  describe?(config: Config, how: "here" | "in a child"): Promise<Config>;
  /** What the run must be allowed to do for it. */
  needs(config: Config, options: NeedsOptions): Needs;
  /** What is worth knowing before it is read, one sentence each. @default {nothing} */
  notes?(config: Config): readonly string[];
  /** Says what a target is that somebody wants to read, by reading some of it. @default {nothing} */
  propose?(target: ProposalTarget): Promise<readonly Proposal[]>;
  /** What targets it proposes for. @default none */
  readonly proposes?: ProposalTarget["kind"];
  /** What the progress of its streams counts. */
  readonly unit: ProgressUnit;
  /** Its streams, in the order in which they are read; `streamsOf` says whose they are. */
  streams(config: Config): readonly OwnPlan[];
  /** Key that is at fault if it must not read what no key names as it is. @default "type" */
  readonly readKey?: string;
  /** Says whether it asks for the sandbox. @default no */
  usesSandbox?(config: Config): boolean;
  /** Opens it for a run. */
  open(config: Config, ctx: RunContext): SourceSession | Promise<SourceSession>;
}

/** Name of a stream as people write it. */
export function streamId(name: { readonly source: string; readonly stream: string }): string {
  return `${name.source}.${name.stream}`;
}
