import { markdownTable } from "./markdown_table.ts";
import { DROP_FILES } from "./_sample_drop.ts";
import { measureSample } from "./_sample_figures.ts";
import { ACCESS_LOG, LOG_FILES } from "./_sample_logs.ts";
import { SAMPLE_SOURCES } from "./_sample_sources.ts";

/**
 * Fills the three tables of data/README.md, between their markers, from the sample files.
 *
 * @param readme the present text, whose prose is kept
 * @param files bytes by path, relative to data/samples/
 */
export async function fillReadme(
  readme: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  const withSources = fillBlock(readme, "sources", await sourceTable(files));
  const withDrop = fillBlock(withSources, "drop", await dropTable(files));
  return fillBlock(withDrop, "logs", await logTable(files));
}

async function sourceTable(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const rows = SAMPLE_SOURCES.map(async (source) => {
    const { rows, bytes, sha256 } = await measure(files, source.name);
    return [`\`${source.name}\``, source.origin, source.licence, rows, bytes, `\`${sha256}\``];
  });
  return table(["file", "source", "licence", "rows", "bytes", "sha256"], await Promise.all(rows));
}

async function dropTable(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const rows = DROP_FILES.map(async ({ path, content, verdict }) => {
    const { rows, bytes, sha256 } = await measure(files, `drop/${path}`);
    return [`\`drop/${path}\``, content, verdict, rows, bytes, `\`${sha256}\``];
  });
  return table(
    ["file", "content", "expected verdict", "rows", "bytes", "sha256"],
    await Promise.all(rows),
  );
}

async function logTable(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const rows = LOG_FILES.map(async (log) => {
    const { rows, bytes, sha256 } = await measure(files, `logs/${log.path}`);
    const counts = [rows, log.events, log.continuation, log.broken, log.blank];
    return [`\`logs/${log.path}\``, log.content, ...counts, bytes, `\`${sha256}\``];
  });
  const { rows: lines, bytes, sha256 } = await measure(files, `logs/${ACCESS_LOG.path}`);
  const access = [`\`logs/${ACCESS_LOG.path}\``, ACCESS_LOG.content, lines, lines, 0, 0, 0, bytes];
  const columns = ["file", "content", "lines", "events", "continuation", "broken", "blank"];
  return table([...columns, "bytes", "sha256"], [
    [...access, `\`${sha256}\``],
    ...await Promise.all(rows),
  ]);
}

function measure(files: ReadonlyMap<string, Uint8Array>, path: string) {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`Cannot describe "${path}": the file is missing`);
  return measureSample(path, bytes);
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return markdownTable(head, rows.map((cells) => cells.map(String))).trimEnd();
}

function fillBlock(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`Cannot fill table "${name}": its markers are missing`);
  return text.slice(0, from + start.length) + content + text.slice(to);
}
