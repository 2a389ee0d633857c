import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { join } from "@std/path";
import type { SimulatedDisk } from "./_disk.ts";
import type { Happening } from "./_scenario.ts";
import type { VirtualTime } from "./_time.ts";

/** A content that stood in the vendor's folder under a name, and from when to when. */
export interface Standing {
  readonly name: string;
  readonly content: string;
  readonly from: number;
  /** The same by the machine's clock, which the file system goes by. */
  readonly mtime: number;
  until: number;
}

/** Marks a content that is not UTF-8. */
const LATIN = "\0latin";

/** A folder in which a vendor leaves files: late, growing, renamed, corrected, twice, broken, taken away. */
export class Vendor {
  readonly folder: string;
  /** What its files are. */
  readonly kind: "rows" | "log";
  /** Everything that ever stood there. */
  readonly history: Standing[] = [];
  readonly #disk: SimulatedDisk;
  readonly #time: VirtualTime;
  #rows = 0;
  #files = 0;

  constructor(
    folder: string,
    about: {
      readonly disk: SimulatedDisk;
      readonly time: VirtualTime;
      readonly kind: "rows" | "log";
    },
  ) {
    this.folder = folder;
    this.kind = about.kind;
    this.#disk = about.disk;
    this.#time = about.time;
    this.#disk.put(join(folder, ".keep"), "");
  }

  get standing(): Standing[] {
    return this.history.filter(({ until }) => until === Infinity);
  }

  happen(happening: Happening): void {
    if (("log" in happening) !== (this.kind === "log")) return;
    if (happening.do === "drop") return this.#drop(happening);
    if (!("pick" in happening) || "stream" in happening) return;
    const { standing } = this;
    const file = standing[happening.pick % standing.length];
    if (file === undefined) return;
    const isLatin = file.content.endsWith(LATIN);
    const content = isLatin ? file.content.slice(0, -LATIN.length) : file.content;
    const name = `${happening.do}-${++this.#files}${this.kind === "log" ? ".log" : ".csv"}`;
    switch (happening.do) {
      case "grow":
        return this.#put(file.name, content + this.#rowsOf(2));
      case "correct":
        return this.#put(
          file.name,
          content.replace(/row \d+(?="?\}?\n$)/, `row ${this.#files}0000`),
        );
      case "copy":
        return this.#put(name, content, isLatin);
      case "rename":
        this.#disk.move(join(this.folder, file.name), join(this.folder, name));
        file.until = this.#time.now;
        this.history.push({ ...file, name, from: this.#time.now, until: Infinity });
        return;
      case "touch":
        return this.#put(file.name, content, isLatin);
      case "erase":
        this.#disk.erase(join(this.folder, file.name));
        file.until = this.#time.now;
    }
  }

  #drop({ file, rows, kind }: Happening & { do: "drop" }): void {
    const header = this.kind === "log" ? "" : kind === "header" ? "key,name\n" : "id,name\n";
    const body = this.#rowsOf(rows);
    const text = {
      good: body,
      header: body,
      empty: "",
      ragged: `${body}x${++this.#rows}\n`,
      encoding: body,
      gzip: body,
    };
    this.#put(file, kind === "empty" ? "" : header + text[kind], kind === "encoding");
  }

  #put(name: string, content: string, isLatin = false): void {
    const { now } = this.#time;
    const before = this.standing.find((standing) => standing.name === name);
    if (before !== undefined) before.until = now;
    // One byte that is not UTF-8; as text it stands for itself.
    const bytes = new TextEncoder().encode(content);
    if (isLatin) bytes[bytes.length - 2] = 0xe9;
    // Cut before its end.
    const isCut = name.endsWith(".gz");
    this.#disk.put(join(this.folder, name), isCut ? gzipSync(bytes).subarray(0, -6) : bytes);
    this.history.push({
      name,
      content: isLatin || isCut ? content + LATIN : content,
      from: now,
      mtime: this.#time.wall,
      until: Infinity,
    });
  }

  #rowsOf(count: number): string {
    let text = "";
    for (let at = 0; at < count; at++) text += this.#row(++this.#rows);
    return text;
  }

  #row(number: number): string {
    if (this.kind === "rows") return `${number},row ${number}\n`;
    const time = new Date(this.#time.now).toISOString();
    return `{"time":"${time}","level":"info","msg":"row ${number}"}\n`;
  }

  /** What a perfect observer would publish of a content; `undefined` for nothing. */
  observed(content: string): string | undefined {
    return this.kind === "rows" ? goodRows(content) : goodLines(content);
  }

  /** What is published, in the form of {@linkcode observed}. */
  published(text: string): string {
    if (this.kind === "rows") return text;
    return text.replaceAll(/.+/g, (line) => JSON.parse(line).body);
  }

  /** What was put together in one file, as {@linkcode published} says it; the whole if it is not that. */
  parted(text: string, sources: readonly { readonly sha256: string }[]): string[] {
    const contents = new Map(this.history.map(({ content }) => [hash("sha256", content), content]));
    const parts = sources.map(({ sha256 }) => this.observed(contents.get(sha256) ?? "") ?? "");
    const [first = "", ...others] = parts;
    const whole = first + others.map((part) => part.slice(part.indexOf("\n") + 1)).join("");
    return whole === text ? parts : [text];
  }

  /** What of a content belongs into quarantine. */
  bad(content: string): string[] {
    const rows = content.split("\n").filter((row) => row !== "");
    return this.kind === "rows"
      ? rows.filter((row) => row.split(",").length !== 2)
      : rows.filter((row) => !row.includes("\0") && !row.startsWith("{"));
  }
}

/** The messages of a log's good lines. */
function goodLines(content: string): string | undefined {
  const isLatin = content.endsWith(LATIN);
  const lines = content.split("\n").filter((line) => line.startsWith("{"));
  const good = isLatin ? lines.slice(0, -1) : lines;
  return good.length === 0 ? undefined : good.map((line) => `${JSON.parse(line).msg}\n`).join("");
}

function goodRows(content: string): string | undefined {
  const [header, ...rows] = content.split("\n");
  if (header !== "id,name" || content.includes("\0")) return undefined;
  const good = rows.filter((row) => row.split(",").length === 2);
  return good.length === 0 ? undefined : `${[header, ...good].join("\n")}\n`;
}
