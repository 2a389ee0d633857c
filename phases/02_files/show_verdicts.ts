import { basename } from "node:path";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";
import type { Verdicts } from "./take_in.ts";

/** Shows the verdict on every file, and each line that was rejected. */
export function showVerdicts(narrator: Narrator, { files, rejects }: Verdicts): void {
  const { green, yellow, dim } = narrator.style;
  const colors = { published: green, duplicate: dim, rejected: yellow, retracted: dim };
  narrator.table(
    [
      { title: "file" },
      { title: "verdict" },
      { title: "rows", align: "right" },
      { title: "rejected", align: "right" },
      { title: "now, or why", cutFirst: true },
    ],
    files.map((file) => [
      file.path,
      colors[file.verdict](file.verdict),
      file.verdict === "published" ? formatCount(file.written) : "",
      file.rejected > 0 ? String(file.rejected) : "",
      file.duplicate_of === null
        ? file.error_code ?? basename(file.target ?? "")
        : `same bytes as ${file.duplicate_of}`,
    ]),
  );
  narrator.wrappedOutput(
    rejects.map(({ origin, line, code, message }) => `${origin}:${line}  ${code}  ${message}`)
      .join("\n"),
  );
}

/** Claims that every file has a verdict and every row a place. */
export function proveVerdicts(
  narrator: Narrator,
  { files, rejects }: Verdicts,
  found: number,
): void {
  const count = (verdict: string) => files.filter((file) => file.verdict === verdict).length;
  const [published, duplicate, rejected] = ["published", "duplicate", "rejected"].map(count);
  narrator.prove(
    "every file has one verdict, and none vanished",
    files.length === found && published !== undefined && published > 0,
    `${found} = ${published} published + ${duplicate} duplicate + ${rejected} rejected`,
  );
  const read = files.reduce((sum, file) => sum + file.read, 0);
  const written = files.reduce((sum, file) => sum + file.written, 0);
  narrator.prove(
    "every row is written or rejected with its line",
    read === written + rejects.length && rejects.every(({ line }) => line !== null),
    `${formatCount(read)} = ${formatCount(written)} + ${rejects.length}`,
  );
}
