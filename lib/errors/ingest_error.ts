import { type CodeOf, ERROR_CODES, type ErrorCode } from "./error_codes.ts";

/** Options of {@linkcode IngestError}. */
export interface IngestErrorOptions extends ErrorOptions {
  /** Named values for logs and the audit database; must hold no secret. @default {} */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Overrides the code's own answer. @default {ERROR_CODES[code].transient} */
  readonly transient?: boolean;
}

/**
 * Base of every run-time error.
 *
 * The message reads `Cannot <verb> <object>: <current state>` and says the wanted state next to it. A subclass for each
 * family has the codes of that family.
 */
export abstract class IngestError<Family extends string = string> extends Error {
  /** What happened, from a closed set. */
  readonly code: ErrorCode;
  /** Whether trying again, unchanged, may succeed: a fact; a policy decides what is done. */
  readonly transient: boolean;
  /** Named values that say where and with what. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Attempts that were made before a request was given up; set by who gives it up. */
  attempts?: number;
  /** Ms in which that request waited. */
  waited?: number;

  /**
   * Makes an error of this code.
   *
   * @param code A row of {@linkcode ERROR_CODES}.
   * @param message What failed, where, what was expected and what to do.
   * @param options See {@linkcode IngestErrorOptions}.
   */
  constructor(code: CodeOf<Family>, message: string, options: IngestErrorOptions = {}) {
    super(boundedMessage(message), "cause" in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.transient = options.transient ?? ERROR_CODES[code].transient;
    this.context = options.context ?? {};
  }
}

/** Longest message, in characters. */
const MOST = 4000;
const HEAD = 3500;

let clean: (text: string) => string = String;

/** Sets what takes secrets out of a message before it is cut: of one that was cut nothing would find the rest. */
export function cleanCutMessages(by: (text: string) => string): void {
  clean = by;
}

/** Returns a message of bounded length, and without NUL, which no database takes: what it quotes may hold anything. */
export function boundedMessage(text: string): string {
  const whole = text.replaceAll("\0", "\u2400").toWellFormed();
  if (whole.length <= MOST) return whole;
  const message = clean(whole);
  if (message.length <= MOST) return message;
  const tail = message.slice(HEAD - MOST);
  const left = message.length - HEAD - tail.length;
  return `${message.slice(0, HEAD)}... (${left} characters) ...${tail}`.toWellFormed();
}
