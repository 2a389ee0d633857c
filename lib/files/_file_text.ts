import { contentOf } from "./_file_chunks.ts";
import { TextGuard } from "./_text_guard.ts";
import { TextOffsets } from "./_text_offsets.ts";
import { type ByteDialect, toUtf8 } from "./dialect.ts";
import type { FileEntry } from "./file_entry.ts";
import { checkKind, checkTextKind } from "./file_kind.ts";
import { FindingReport } from "./findings.ts";
import type { ValidateFileOptions } from "./prepare_file.ts";
import type { FileFormat } from "./record_format.ts";
import { isBomb } from "./zip_archive.ts";

/** A file whose name and size are good. */
export interface OpenText {
  readonly entry: FileEntry;
  readonly report: FindingReport;
  readonly dialect: ByteDialect;
  readonly compression: FileFormat["compression"];
  readonly json: FileFormat["json"];
  /** Where its text is in it, unless it is UTF-8. */
  readonly offsets: TextOffsets | undefined;
}

/** Reads what {@linkcode textOf} gives once more; what is odd about it is reported once. */
export function textAgain(
  file: OpenText,
  options: ValidateFileOptions,
): AsyncGenerator<Uint8Array> {
  const report = new FindingReport(file.entry.path, { ...options, onReject: () => {} });
  const offsets = file.offsets && new TextOffsets(file.dialect.encoding);
  return textOf({ ...file, report, offsets }, { ...options, onRead: undefined });
}

/** Reads the file as UTF-8 without NUL bytes, within its size. */
export async function* textOf(
  { entry, report, dialect, compression, json, offsets }: OpenText,
  options: ValidateFileOptions,
): AsyncGenerator<Uint8Array> {
  const { maxSize = Infinity } = options;
  const packedBytes = entry.packed?.bytes ?? entry.size;
  const headerLine = dialect.header === "none" ? 1 : dialect.header;
  const content = contentOf(entry, { ...options, compression, headerLine });
  let size = 0;
  const look = (chunk: Uint8Array) => {
    if (size === 0) checkKind(report, chunk);
    if (isBomb(packedBytes, size + chunk.length)) {
      report.file("file-bomb", `it grows from ${packedBytes} to more than ${size} bytes`);
    }
    if (size + chunk.length > maxSize) {
      report.find("file-too-large", `it has more than ${maxSize} bytes once it is decompressed`);
    }
    size += chunk.length;
  };
  const { encoding } = dialect;
  const onBad = (offset: number) => {
    report.toFile = (offset) => offset;
    const message = `it is not ${encoding} at byte ${offset}`;
    return report.file("file-encoding", message, { byteOffset: offset });
  };
  const guard = new TextGuard(report);
  let isFirst = json === undefined;
  const isUtf8 = offsets === undefined;
  if (!isUtf8) report.toFile = (offset) => offsets.toFile(offset);
  const chunks = isUtf8 ? content : toUtf8(seen(content, look), { encoding, onBad, offsets });
  for await (const chunk of chunks) {
    if (isUtf8) look(chunk);
    guard.check(chunk);
    if (isFirst) checkTextKind(report, chunk);
    isFirst = false;
    yield chunk;
  }
  guard.finish();
}

async function* seen(
  chunks: AsyncIterable<Uint8Array>,
  look: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    look(chunk);
    yield chunk;
  }
}
