import { accessLogTime } from "./_http_date.ts";

/** What one line of the access log says. */
export interface AccessEntry {
  readonly client: string;
  readonly user: string | undefined;
  readonly at: number;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string | null;
  readonly agent: string | null;
  readonly micros: number;
  readonly requestId: string;
}

/** Writes a line as Apache's `combined` with `%D` (microseconds) and a request id after it. */
export function accessLine(entry: AccessEntry): string {
  const bytes = entry.bytes === 0 ? "-" : String(entry.bytes);
  return `${entry.client} - ${escape(entry.user ?? "-")} [${accessLogTime(entry.at)}] ` +
    `"${escape(`${entry.method} ${entry.target} HTTP/1.1`)}" ${entry.status} ${bytes} ` +
    `"${escape(entry.referrer ?? "-")}" "${escape(entry.agent ?? "-")}" ` +
    `${entry.micros} ${escape(entry.requestId)}\n`;
}

/** Returns the part of an address that is logged, its API key hidden. */
export function logTarget(url: URL): string {
  const query = url.search.replace(/([?&]api[_-]key=)[^&]*/gi, "$1***");
  return url.pathname + query;
}

/** Escapes as Apache does: quote and backslash with a backslash, what is not printable ASCII as \xhh. */
function escape(text: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) return text;
  let escaped = "";
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") escaped += `\\${char}`;
    else if (byte >= 0x20 && byte < 0x7f) escaped += char;
    else escaped += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return escaped;
}
