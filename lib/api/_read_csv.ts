import type { ApiResponse } from "./api_response.ts";
import type { PageRecord } from "./page_record.ts";
import { refusal } from "./_refusal.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

interface Row {
  readonly start: number;
  readonly end: number;
  /** Decoded fields; `undefined` where the row breaks RFC 4180. */
  readonly fields: readonly string[] | undefined;
}

/**
 * Reads a CSV body (RFC 4180) with a header line; each row becomes a JSON object of strings.
 *
 * A row with another number of fields than the header, or with a stray quote, becomes a record without value, its
 * bytes as they came.
 *
 * @throws {HttpError} If the body is not UTF-8, a quote is never closed or a column occurs twice.
 */
export function readCsv(response: ApiResponse, from: number): PageRecord[] {
  const { body } = response;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  let names: readonly string[] | undefined;
  const records: PageRecord[] = [];
  for (const { start, end, fields } of rows(response, from, decoder)) {
    if (names === undefined) {
      if (fields === undefined || new Set(fields).size < fields.length) {
        throw refusal(
          response,
          "http-body-invalid",
          "its header line is malformed or repeats a column",
        );
      }
      names = fields;
    } else if (fields?.length === names.length) {
      const value = Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
      records.push({ bytes: encoder.encode(JSON.stringify(value)), value, byteOffset: start });
    } else {
      records.push({ bytes: body.subarray(start, end), value: undefined, byteOffset: start });
    }
  }
  return records;
}

function* rows(response: ApiResponse, from: number, decoder: TextDecoder): Generator<Row> {
  const { body } = response;
  for (let at = from; at < body.length;) {
    const start = at;
    const fields: string[] = [];
    let sound = true;
    for (;;) {
      const end = fieldEnd(body, at);
      if (end < 0) throw refusal(response, "http-body-invalid", "a quote is never closed");
      const field = decode(response, body.subarray(at, end), decoder);
      if (field === undefined) sound = false;
      else fields.push(field);
      at = end + 1;
      if (body[end] !== COMMA) break;
    }
    const end = at - 1;
    if (body[end] === CR && body[end + 1] === LF) at++;
    if (end > start) yield { start, end, fields: sound ? fields : undefined };
  }
}

/** Returns where the field that starts here ends: at a comma, a line break or the end of the body. */
function fieldEnd(body: Uint8Array, start: number): number {
  let at = start;
  let quoted = false;
  for (; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE && (quoted || at === start)) quoted = !quoted;
    else if (byte === QUOTE && body[start] === QUOTE) quoted = true;
    else if (!quoted && (byte === COMMA || byte === LF || byte === CR)) return at;
  }
  return quoted ? -1 : at;
}

function decode(
  response: ApiResponse,
  bytes: Uint8Array,
  decoder: TextDecoder,
): string | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    throw refusal(response, "http-body-invalid", "the body is not UTF-8", error);
  }
  if (!text.startsWith('"')) return text.includes('"') ? undefined : text;
  const inner = text.slice(1, -1);
  return text.length > 1 && text.endsWith('"') && !inner.replaceAll('""', "").includes('"')
    ? inner.replaceAll('""', '"')
    : undefined;
}
