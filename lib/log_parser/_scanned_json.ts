/** A text of the line, which ends before its last index; a start of -1: there is none. */
export interface Span {
  start: number;
  end: number;
}

/** What metrics need of a line; places are indexes of the scanned bytes. */
export interface ScannedJson {
  severity_number: number | undefined;
  http_status: number | undefined;
  duration_ns: number | undefined;
  epochSeconds: number | undefined;
  response_bytes: number | undefined;
  error_type: string | undefined;
  readonly path: Span;
  readonly client: Span;
  readonly agent: Span;
}
