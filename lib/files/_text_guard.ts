import type { CsvScanner } from "./csv_scanner.ts";
import type { FindingReport } from "./findings.ts";
import { type BadByte, Utf8Guard } from "./utf8_guard.ts";

/** First bytes that tell what a file is that is not UTF-8 text. */
const SIGNATURES: readonly (readonly [hex: string, what: string])[] = [
  ["fffe", "it begins with the byte order mark of UTF-16 (little endian)"],
  ["feff", "it begins with the byte order mark of UTF-16 (big endian)"],
];

/** Lets text pass that is UTF-8 without NUL bytes. */
export class TextGuard {
  readonly #report: FindingReport;
  readonly #utf8 = new Utf8Guard();
  #first = "";
  #offset = 0;

  /** @param report Takes what is found. */
  constructor(report: FindingReport) {
    this.#report = report;
  }

  /** Reports `file-encoding` or `file-nul`, with the offset of the first bad byte. */
  check(chunk: Uint8Array): void {
    if (this.#offset === 0) this.#first = chunk.subarray(0, 4).toHex();
    const bad = this.#utf8.check(chunk);
    if (bad !== undefined) this.#reject(bad, this.#guess(bad));
    const nul = chunk.indexOf(0);
    if (nul >= 0) {
      const offset = this.#offset + nul;
      this.#report.file(
        "file-nul",
        `byte ${
          this.#report.toFile(offset) ?? offset
        } is NUL, expected UTF-8 text (UTF-16 without a byte order mark looks so)`,
        { byteOffset: offset },
      );
    }
    this.#offset += chunk.length;
  }

  /** Reports `file-encoding` if the text ends within a character. */
  finish(): void {
    const bad = this.#utf8.finish();
    if (bad !== undefined) this.#reject(bad, "the file ends within a character");
  }

  #reject({ offset, byte }: BadByte, guess: string): void {
    const message = `byte ${offset} is 0x${hex(byte)}, expected UTF-8 (${guess}); ` +
      "say which encoding it is, or ask for it in UTF-8";
    this.#report.file("file-encoding", message, { byteOffset: offset });
  }

  #guess({ byte }: BadByte): string {
    const known = SIGNATURES.find(([start]) => this.#first.startsWith(start));
    if (known !== undefined) return known[1];
    return byte >= 0xa0 ? "it looks like Latin-1 or Windows-1252" : "it looks like Windows-1252";
  }
}

/** Reports a byte order mark, and line ends that are not all LF or all CR LF. */
export function reportLineEnds(report: FindingReport, { hasMark, lineEnds }: CsvScanner): void {
  if (hasMark) reportMark(report);
  const { lf, crlf, cr } = lineEnds;
  if (cr === 0 && (lf === 0 || crlf === 0)) return;
  report.find("file-line-ends", `${lf} lines end with LF, ${crlf} with CR LF, ${cr} with CR`);
}

/** Reports a byte order mark. */
export function reportMark(report: FindingReport): void {
  report.find("file-bom", "it begins with a byte order mark", { byteOffset: 0 });
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
