/** One page of a fetch. */
export interface FetchedPage {
  /** 1-based. */
  readonly number: number;
  /** The `X-Request-Id` of the attempt that brought it: the access log of the server has it, too. */
  readonly requestId: string;
  readonly attempts: number;
  readonly records: number;
  /** Where its records begin in the file. */
  readonly fromByte: number;
  /** Where they end. */
  readonly toByte: number;
}

/** The result of phase 1: which page brought which bytes of the file, and whether that was all. */
export interface FetchReport {
  /** File of the records, one JSON object a line, within the folder of phase 1. */
  readonly file: string;
  /** Access log of the server, within the folder of phase 1. */
  readonly accessLog: string;
  readonly records: number;
  readonly bytes: number;
  readonly pages: readonly FetchedPage[];
  readonly stopReason: string;
  /** The total that the server declared. */
  readonly total: number | undefined;
  /** Whether nothing is missing, by the evidence. */
  readonly complete: boolean;
}
