import { ERROR_CODES, type ErrorCode, type ErrorCodeInfo } from "./error_codes.ts";
import { IngestError } from "./ingest_error.ts";

/** What becomes of the request, file or stream that met an error. */
export const ACTIONS = {
  retry: "is tried again",
  reject: "is rejected: it goes to quarantine, and the rest goes on",
  skip: "is left for the next run, and the rest goes on",
  suspend: "is suspended: the next run resumes from its position",
  stop: "ends; what was committed stays",
} as const;

/** Name of an action. */
export type Action = keyof typeof ACTIONS;

/** One row of the policy. */
export interface PolicyRule {
  /** Code or class that the row is about; "any" for all that no row before it names. */
  readonly of: string;
  /** Only if trying again may help. @default {whether or not it may} */
  readonly transient?: true;
  /** What is done. */
  readonly action: Action;
  /** Keys of the configuration that decide otherwise. @default none */
  readonly unless?: string;
}

/**
 * What is done about an error, by where it is met: the first row that fits decides, and nothing else does.
 *
 * Of each stage the last row is about any error. An error that a stage stops for is met again by the stage around it: a
 * request is of a page, a page of a stream.
 */
export const POLICY = {
  request: [
    { of: "SuspendedError", action: "suspend" },
    { of: "any", transient: true, action: "retry", unless: "retry" },
    { of: "any", action: "stop" },
  ],
  page: [
    { of: "SuspendedError", action: "suspend" },
    { of: "any", action: "stop", unless: "on_status, on_page_error" },
  ],
  record: [
    { of: "DataError", action: "reject", unless: "tolerance.records" },
    { of: "any", action: "stop" },
  ],
  file: [
    { of: "DataError", transient: true, action: "skip" },
    { of: "DataError", action: "reject", unless: "tolerance.files" },
    { of: "storage-missing", action: "skip" },
    { of: "storage-denied", action: "reject" },
    { of: "storage-io", action: "reject" },
    { of: "any", action: "stop" },
  ],
  table: [
    { of: "DatabaseError", transient: true, action: "retry" },
    { of: "any", action: "stop" },
  ],
  publication: [
    { of: "publication-lost", action: "retry" },
    { of: "any", action: "stop" },
  ],
  stream: [
    { of: "SuspendedError", action: "suspend" },
    { of: "any", action: "stop" },
  ],
} as const satisfies Record<string, readonly PolicyRule[]>;

/** Where an error is met. */
export type Stage = keyof typeof POLICY;

/**
 * Says what is done about an error that is met at a stage.
 *
 * @param stage Where it is met.
 * @param error What was thrown; what is none of ours always stops.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DataError, HttpError } from "./mod.ts";
 *
 * const timeout = new HttpError("http-timeout", "Cannot fetch: it took too long");
 * assertEquals([actionFor("request", timeout), actionFor("stream", timeout)], ["retry", "stop"]);
 * assertEquals(actionFor("file", new DataError("file-empty", "Cannot take it in: it is empty")), "reject");
 * assertEquals(actionFor("file", new TypeError("x is not a function")), "stop");
 * ```
 */
export function actionFor(stage: Stage, error: unknown): Action {
  return error instanceof IngestError ? decide(stage, error.code, error.transient) : "stop";
}

/** Returns the action of each stage that a code may be met at, for a table. */
export function actionsOf(code: ErrorCode): Partial<Record<Stage, Action>> {
  const { family, transient } = ERROR_CODES[code];
  if (isTakenIn(code)) return {};
  const isOfFile = code.startsWith("file-");
  const stages = isOfFile ? ["file"] as const : STAGES_OF[code] ?? STAGES_OF[family] ?? [];
  return Object.fromEntries(stages.map((stage) => [stage, decide(stage, code, transient)]));
}

/** Whether it is a finding that rejects nothing, unless `on_finding` says so. */
export function isTakenIn(code: ErrorCode): boolean {
  const { severity }: ErrorCodeInfo = ERROR_CODES[code];
  return severity === "repair" || severity === "accept";
}

/** Whether `on_finding` may make a rejection of what is taken in otherwise. */
export function mayReject(code: ErrorCode): boolean {
  const { may = [] }: ErrorCodeInfo = ERROR_CODES[code];
  return isTakenIn(code) && may.some((severity) => severity.startsWith("reject-"));
}

/** Says in one sentence what a run does about a code, at each stage that it may be met at. */
export function describePolicy(code: ErrorCode): string {
  const steps = Object.entries(actionsOf(code));
  if (isTakenIn(code)) {
    return `the file is taken in${mayReject(code) ? ", or rejected if on_finding says so" : ""}`;
  }
  if (steps.length === 0) return "nothing runs";
  const byAction = Map.groupBy(steps, ([, action]) => action);
  return [...byAction].map(([action, stages]) =>
    `the ${stages.map(([stage]) => stage).join(", then the ")} ${ACTIONS[action]}`
  ).join("; ");
}

function decide(stage: Stage, code: ErrorCode, transient: boolean): Action {
  const { family } = ERROR_CODES[code];
  const rules: readonly PolicyRule[] = POLICY[stage];
  const rule = rules.find(({ of, transient: onlyTransient = false }) =>
    (of === "any" || of === code || of === family) && (transient || !onlyTransient)
  );
  return rule?.action ?? "stop";
}

/** Stages at which the errors of a class, or of a code, are met, the inmost first. */
const STAGES_OF: Readonly<Record<string, readonly Stage[]>> = {
  HttpError: ["request", "page", "stream"],
  PaginationError: ["page", "stream"],
  SuspendedError: ["request", "page", "stream"],
  DatabaseError: ["table", "stream"],
  StorageError: ["file", "publication", "stream"],
  DataError: ["record"],
  // What is wrong with all of a stream.
  "check-failed": ["stream"],
  "contract-broken": ["stream"],
  InternalError: ["stream"],
};
