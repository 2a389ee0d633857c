// It makes the source's own database, which nothing of ours writes to.
// deno-lint-ignore headwaters/house-imports
import { DatabaseSync } from "node:sqlite";
import type { SimulatedDisk } from "./_disk.ts";
import type { SimulatedDatabases } from "./_platform.ts";
import type { Happening } from "./_scenario.ts";
import type { VirtualTime } from "./_time.ts";

/** Tables of the shop, and the streams that they are read as. */
export const TABLES = ["orders", "stock"] as const;

/** A row as it was from a moment to another. */
export interface RowVersion {
  readonly table: typeof TABLES[number];
  readonly id: number;
  /** Grows with each change of any row. */
  readonly seq: number;
  readonly from: number;
  until: number;
}

/** Of orders more than the first page takes, so that a run can die between two. */
const FIRST_ROWS = { orders: 105, stock: 20 } as const;
/** Offsets of the format versions in SQLite's header; 2 is WAL. */
const WAL_MARKS = [18, 19];

/** A database that others write to, in a file that a pipeline reads. */
export class Shop {
  /** Everything that ever was in it. */
  readonly history: RowVersion[] = [];
  readonly #path: string;
  readonly #about: {
    readonly disk: SimulatedDisk;
    readonly databases: SimulatedDatabases;
    readonly time: VirtualTime;
  };
  #seq = 0;
  #ids = 0;

  constructor(
    path: string,
    about: {
      readonly disk: SimulatedDisk;
      readonly databases: SimulatedDatabases;
      readonly time: VirtualTime;
    },
  ) {
    this.#path = path;
    this.#about = about;
    for (const table of TABLES) {
      for (let row = 0; row < FIRST_ROWS[table]; row++) this.#add(table);
    }
    this.#write();
  }

  /** The rows of a table at a moment. */
  at(table: typeof TABLES[number], moment: number): RowVersion[] {
    return this.history.filter((row) =>
      row.table === table && row.from <= moment && moment < row.until
    );
  }

  happen(happening: Happening): void {
    if (!("stream" in happening)) return;
    const table = TABLES.find((name) => name === happening.stream);
    if (table === undefined) return;
    // What happens in a run is later than its beginning.
    const now = ++this.#about.time.now;
    if (happening.do === "add") {
      for (let row = 0; row < happening.count; row++) this.#add(table);
      return this.#write();
    }
    if (happening.do === "break") return;
    const rows = this.history.filter((row) => row.table === table && row.until === Infinity);
    const row = rows[happening.pick % rows.length];
    // One that shrinks to nothing is held on purpose.
    if (row === undefined || happening.do === "delete" && rows.length < 10) return;
    row.until = now;
    if (happening.do === "update") this.#put({ table, id: row.id });
    this.#write();
  }

  #add(table: typeof TABLES[number]): void {
    this.#put({ table, id: ++this.#ids });
  }

  #put(row: Pick<RowVersion, "table" | "id">): void {
    this.history.push({
      ...row,
      seq: ++this.#seq,
      from: this.#about.time.now,
      until: Infinity,
    });
  }

  #write(): void {
    const db = new DatabaseSync(":memory:");
    this.#about.databases.leave(db);
    for (const table of TABLES) {
      db.exec(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT`);
      const rows = this.history.filter((row) => row.table === table && row.until === Infinity);
      const values = rows.map(({ id, seq }) => `(${id}, ${seq})`).join(", ");
      if (values !== "") db.exec(`INSERT INTO ${table} VALUES ${values}`);
    }
    const image = db.serialize();
    db.close();
    for (const mark of WAL_MARKS) image[mark] = 2;
    this.#about.disk.put(this.#path, image);
  }
}

/** A row as the pipeline should write it; `undefined` if the stream is not one of the shop. */
export function lineOf(stream: string, { id, seq }: RowVersion): string | undefined {
  switch (stream) {
    case "shop.orders":
      return `{"seq":${seq},"id":${id}}`;
    case "shop.orders_keys":
      return `{"id":${id}}`;
    case "shop.stock":
      return `{"id":${id},"seq":${seq}}`;
    default:
      return undefined;
  }
}

/** The table that a stream of the shop is read from. */
export function tableOf(stream: string): typeof TABLES[number] {
  return stream === "shop.stock" ? "stock" : "orders";
}
