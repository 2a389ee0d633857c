// It makes a file that the pipeline's own SQLite reads.
// deno-lint-ignore headwaters/house-imports
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { type ServedStream, textOf, type Version } from "./_api_world.ts";
// Once it is loaded, a run that loads it does not have to wait for the real disk.
import "./_module.ts";
import type { SimulatedDisk } from "./_disk.ts";
import type { StreamShape } from "./_scenario.ts";

/** Records of the world that no API serves: in a table of a SQLite file, and in a file that a module reads. */
export class OtherSources {
  readonly #folder: string;
  readonly #disk: SimulatedDisk;
  readonly #streams: readonly ServedStream[];

  constructor(
    folder: string,
    about: { readonly disk: SimulatedDisk; readonly streams: Iterable<ServedStream> },
  ) {
    this.#folder = folder;
    this.#disk = about.disk;
    this.#streams = [...about.streams].filter(({ shape }) => shape.of !== undefined);
  }

  write(now: number): void {
    for (const stream of this.#streams) {
      const { name, of, mode } = stream.shape;
      if (of === "table") this.#disk.put(fileOf(this.#folder, name), tableOf(stream.at(now)));
      else {
        const all = mode === "snapshot" ? stream.at(now) : stream.changes(now);
        const text = all.map(({ text }) => `${text}\n`).join("");
        this.#disk.put(fileOf(this.#folder, name), text);
      }
    }
  }

  /** The sources of a configuration that read them. */
  get sources(): object[] {
    return this.#streams.map(({ shape }) => sourceOf(this.#folder, shape));
  }
}

/** Returns the published line of a table's row as the API would have sent it. */
export function canonical(line: string): string {
  return textOf(JSON.parse(line));
}

function fileOf(folder: string, name: string): string {
  return `${folder}/others/${name}`;
}

function sourceOf(folder: string, { name, of, mode, lag }: StreamShape): object {
  const source = `${of === "table" ? "shop" : "own"}_${name}`;
  const file = fileOf(folder, name);
  if (of === "lines") {
    const module = fileURLToPath(new URL("_module.ts", import.meta.url));
    return { name: source, type: "module", module, options: { name, mode, file } };
  }
  const incremental = mode === "snapshot" ? {} : { incremental: { column: "updated", lag } };
  const streams = [{ name, table: "records", ...incremental }];
  return { name: source, type: "database", database: `sqlite:${file}`, streams };
}

/** A database of one table without rows. */
const EMPTY = (() => {
  using db = new DatabaseSync(":memory:");
  db.exec(
    "PRAGMA page_size = 512; CREATE TABLE records (id TEXT PRIMARY KEY, version INTEGER NOT NULL, " +
      "created INTEGER NOT NULL, updated INTEGER NOT NULL, note TEXT NOT NULL) STRICT, WITHOUT ROWID",
  );
  return db.serialize();
})();

/** A database of one table, as SQLite writes it. */
function tableOf(versions: readonly Version[]): Uint8Array {
  using db = new DatabaseSync(":memory:");
  db.deserialize(EMPTY);
  const insert = db.prepare("INSERT INTO records VALUES (?, ?, ?, ?, ?)");
  for (const { text } of versions) {
    const { id, version, created, updated, note } = JSON.parse(text);
    insert.run(id, version, created, updated, note);
  }
  const image = db.serialize();
  // A file in WAL mode is read as an image, whatever else there is next to it.
  image[18] = image[19] = 2;
  return image;
}
