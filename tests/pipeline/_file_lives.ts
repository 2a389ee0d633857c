import { join } from "@std/path";

/** What is in a file: a row of its own, or nothing that can be read. */
interface Model {
  readonly row: string;
  /** Whether what is there by now is bad, so that readers still see the row before. */
  isBad: boolean;
  /** Whether its name or content has changed since the last run. */
  isFresh: boolean;
}

/** A folder in which files are written, corrected, renamed, swapped, copied and removed, and the rows that readers are to see. */
export class FileLife {
  readonly #folder: string;
  readonly #random: (limit: number) => number;
  readonly #files = new Map<string, Model>();
  /** What was at names from which files were removed, not renamed. */
  readonly #ghosts = new Map<string, string>();
  readonly #visible = new Set<string>();
  #rows = 0;
  #time = 1_700_000_000;

  constructor(folder: string, random: (limit: number) => number) {
    this.#folder = folder;
    this.#random = random;
  }

  /** Rows that readers see once the folder was taken in. */
  get expected(): string[] {
    return [...this.#visible].toSorted();
  }

  /** Changes the folder between two runs; returns what was done. */
  night(): string[] {
    const done: string[] = [];
    for (const model of this.#files.values()) model.isFresh = false;
    const names = ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"];
    const pick = () => names[this.#random(names.length)] ?? "";
    for (let n = this.#random(4); n > 0; n--) done.push(this.#move(pick(), pick()));
    for (let n = this.#random(3); n > 0; n--) done.push(this.#write(pick()));
    return done.filter((step) => step !== "");
  }

  #move(from: string, to: string): string {
    const [one, other] = [this.#files.get(from), this.#files.get(to)];
    if (one === undefined || from === to || one.isBad || other?.isBad) return "";
    const [fromPath, toPath] = [join(this.#folder, from), join(this.#folder, to)];
    switch (this.#random(5)) {
      case 0:
        if (one.isFresh) return "";
        Deno.removeSync(fromPath);
        this.#files.delete(from);
        this.#ghosts.set(from, one.row);
        return `remove ${from}`;
      case 1: {
        if (other !== undefined || this.#ghosts.has(to)) return "";
        // A copy has its own time.
        Deno.copyFileSync(fromPath, toPath);
        this.#files.set(to, { row: one.row, isBad: false, isFresh: true });
        return `copy ${from} ${to}`;
      }
      case 2: {
        if (other === undefined) return "";
        Deno.renameSync(fromPath, `${fromPath}.tmp`);
        Deno.renameSync(toPath, fromPath);
        Deno.renameSync(`${fromPath}.tmp`, toPath);
        this.#files.set(from, { ...other, isFresh: true });
        this.#files.set(to, { ...one, isFresh: true });
        return `swap ${from} ${to}`;
      }
      default:
        // With a copy of it there, it could be one as well; and what nobody has seen moved is gone.
        if (one.isFresh || other?.isFresh) return "";
        if (other !== undefined && this.#holders(one.row) > 1) return "";
        Deno.renameSync(fromPath, toPath);
        this.#files.delete(from);
        this.#ghosts.delete(from);
        this.#ghosts.delete(to);
        this.#files.set(to, { ...one, isFresh: true });
        return `rename ${from} ${to}`;
    }
  }

  #write(name: string): string {
    const model = this.#files.get(name);
    // Renamed and changed at once it would be another file.
    if (model?.isFresh) return "";
    const before = model?.row ?? this.#ghosts.get(name);
    const isBad = model !== undefined && this.#random(4) === 0;
    const row = isBad ? model.row : `${++this.#rows}`.padStart(4, "0");
    const path = join(this.#folder, name);
    Deno.writeTextFileSync(path, isBad ? `id\n"${++this.#rows}` : `id\n${row}\n`);
    Deno.utimeSync(path, ++this.#time, this.#time);
    this.#files.set(name, { row, isBad, isFresh: true });
    if (isBad) return `break ${name}`;
    this.#ghosts.delete(name);
    if (before !== undefined && this.#holders(before) === 0) this.#visible.delete(before);
    this.#visible.add(row);
    return `write ${name} ${row}`;
  }

  #holders(row: string): number {
    return this.#files.values().filter((model) => model.row === row).toArray().length;
  }
}
