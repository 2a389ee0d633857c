import process from "node:process";
import { ApiClient } from "../lib/api/mod.ts";

/** What one contender did. */
export interface Effort {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly maxRssBytes: number;
}

/** A way of turning pages into a file of JSON lines. */
type Contender = (task: Task) => Promise<Done>;

type Done = Pick<Effort, "records" | "bytes">;

interface Task {
  readonly url: string;
  readonly file: Deno.FsFile;
  readonly first: number;
  readonly pages: number;
  /** Records a page. */
  readonly size: number;
}

const NEWLINE = 0x0a;

/** What one would write without a client. */
async function bare({ url, file, first, pages }: Task): Promise<Done> {
  const encoder = new TextEncoder();
  let records = 0;
  let bytes = 0;
  for (let page = first; page < first + pages; page++) {
    const response = await fetch(`${url}/?page=${page}`);
    const body = JSON.parse(await response.text()) as { data: unknown[] };
    let text = "";
    for (const record of body.data) text += `${JSON.stringify(record)}\n`;
    const lines = encoder.encode(text);
    file.writeSync(lines);
    records += body.data.length;
    bytes += lines.length;
  }
  return { records, bytes };
}

/** The client of `lib/api`, with everything that it does by default. */
function client(task: Task): Promise<Done> {
  return pull(task, 1);
}

/** The same, with four pages under way. */
function parallel(task: Task): Promise<Done> {
  return pull(task, 4);
}

async function pull({ url, file, first, pages, size }: Task, parallel: number): Promise<Done> {
  await using api = new ApiClient({ baseUrl: url });
  const buffer = new Uint8Array(1 << 20);
  let [records, bytes, used] = [0, 0, 0];
  const stream = api.pages({
    path: "/",
    records: "data",
    pagination: {
      type: "page",
      page_param: "page",
      size,
      start: first,
      max_pages: pages,
      total: "meta.total",
      parallel,
    },
  });
  for await (const page of stream) {
    for (const record of page.records) {
      const data = record.bytes;
      if (used + data.length >= buffer.length) {
        file.writeSync(buffer.subarray(0, used));
        used = 0;
      }
      buffer.set(data, used);
      used += data.length;
      buffer[used++] = NEWLINE;
      bytes += data.length + 1;
    }
    records += page.records.length;
  }
  file.writeSync(buffer.subarray(0, used));
  return { records, bytes };
}

const CONTENDERS: Readonly<Record<string, Contender>> = { bare, client, parallel };

/** Runs one contender in a process of its own: `name url pages file size`. Prints an {@linkcode Effort} as JSON. */
if (import.meta.main) {
  const [name = "", url = "", pages = "", path = "", records = ""] = Deno.args;
  const contender = CONTENDERS[name];
  if (contender === undefined) throw new TypeError(`Cannot run "${name}": no such contender`);
  using file = Deno.openSync(path, { write: true, create: true });
  // Overwritten in place: how fast this machine finds fresh memory for its page cache is not the question here.
  const size = Number(records);
  const warmUp = Math.ceil(Number(pages) / 5);
  await contender({ url, file, first: 1, pages: warmUp, size });
  file.seekSync(0, Deno.SeekMode.Start);
  const started = performance.now();
  const done = await contender({
    url,
    file,
    first: warmUp + 1,
    pages: Number(pages),
    size,
  });
  const seconds = (performance.now() - started) / 1000;
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ...done, seconds, maxRssBytes } satisfies Effort));
}
