import type { ScannedAccess } from "./_access_scan.ts";
import { dateFromDays } from "./_calendar.ts";
import type { NdjsonWriter } from "./_ndjson_writer.ts";
import { PARSER_VERSION } from "./_ndjson_writer.ts";

const encoder = new TextEncoder();
const LINE = encoder.encode(`,"line_start":`);
const HEAD = encoder.encode(
  `,"line_count":1,"format":"combined","parser_version":"${PARSER_VERSION}","parse_status":"ok","timestamp":"`,
);
const NANOS = encoder.encode(`.000000Z","timestamp_nanos":`);
const BILLION = encoder.encode("000000000");
const RAW = encoder.encode(`,"timestamp_raw":"`);
const CLIENT = encoder.encode(
  `","timestamp_precision":"s","tz_source":"explicit","year_source":"explicit","client_address":"`,
);
const USER = encoder.encode(`","user_name":"`);
const METHOD = encoder.encode(`","http_method":"`);
const TARGET = encoder.encode(`","url_original":"`);
const PATH = encoder.encode(`","url_path":"`);
const QUERY = encoder.encode(`","url_query":"`);
const VERSION = encoder.encode(`","http_version":"`);
const STATUS = encoder.encode(`","http_status":`);
const BYTES = encoder.encode(`,"response_bytes":`);
const REFERRER = encoder.encode(`,"referrer":"`);
const AGENT = encoder.encode(`,"user_agent":"`);
const QUOTE = encoder.encode(`"`);
const END = encoder.encode("}\n");
/** All of the literals above, and the digits. */
const ROOM = 1024;
const DASH = 45;

/**
 * Writes a plain access line as the record that its parser would make, byte for byte: its fields need no escapes, so that
 * they are copied from the log to the output without becoming text.
 */
export class AccessRecordWriter {
  readonly #writer: NdjsonWriter;
  /** `2026-05-01T10:00:` of the line before. */
  readonly #minute = new Uint8Array(17);
  #minuteSeconds = Number.NaN;

  /** @param writer Takes the records. */
  constructor(writer: NdjsonWriter) {
    this.#writer = writer;
  }

  /** Appends the record of a line that starts at an index of the bytes. */
  write(bytes: Uint8Array, found: ScannedAccess, place: { offset: number; line: number }): void {
    const { clientStart, clientEnd, pathStart, pathEnd, epochSeconds } = found;
    const writer = this.#writer;
    writer.begin(place.offset, ROOM + 4 * (found.agentEnd - clientStart));
    writer.literal(LINE);
    writer.digits(place.line);
    writer.literal(HEAD);
    this.#setMinute(epochSeconds);
    writer.copy(this.#minute, 0, this.#minute.length);
    const second = epochSeconds % 60;
    writer.digit(Math.floor(second / 10));
    writer.digit(second % 10);
    writer.literal(NANOS);
    writer.digits(epochSeconds);
    writer.literal(BILLION);
    writer.observed();
    writer.literal(RAW);
    writer.copy(bytes, found.timeStart, found.timeStart + 26);
    writer.literal(CLIENT);
    writer.copy(bytes, clientStart, clientEnd);
    const user = clientEnd + 3;
    const userEnd = found.timeStart - 2;
    if (userEnd > user + 1 || bytes[user] !== DASH) {
      writer.literal(USER);
      writer.copy(bytes, user, userEnd);
    }
    writer.literal(METHOD);
    writer.copy(bytes, found.timeStart + 29, pathStart - 1);
    writer.literal(TARGET);
    const targetEnd = found.requestEnd - 9;
    writer.copy(bytes, pathStart, targetEnd);
    writer.literal(PATH);
    writer.copy(bytes, pathStart, pathEnd);
    if (pathEnd < targetEnd) {
      writer.literal(QUERY);
      writer.copy(bytes, pathEnd + 1, targetEnd);
    }
    writer.literal(VERSION);
    writer.copy(bytes, found.requestEnd - 3, found.requestEnd);
    writer.literal(STATUS);
    writer.digits(found.status);
    if (found.responseBytes >= 0) {
      writer.literal(BYTES);
      writer.digits(found.responseBytes);
    }
    this.#quoted(REFERRER, bytes, found.referrerStart, found.referrerEnd);
    this.#quoted(AGENT, bytes, found.agentStart, found.agentEnd);
    writer.literal(END);
  }

  /** A dash stands for nothing. */
  #quoted(key: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    if (end === start || end === start + 1 && bytes[start] === DASH) return;
    this.#writer.literal(key);
    this.#writer.copy(bytes, start, end);
    this.#writer.literal(QUOTE);
  }

  #setMinute(epochSeconds: number): void {
    const minuteSeconds = epochSeconds - epochSeconds % 60;
    if (minuteSeconds === this.#minuteSeconds) return;
    this.#minuteSeconds = minuteSeconds;
    const date = dateFromDays(Math.floor(minuteSeconds / 86_400));
    const time = new Date(minuteSeconds * 1000).toISOString().slice(10, 17);
    encoder.encodeInto(date + time, this.#minute);
  }
}
