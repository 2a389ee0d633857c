import { join } from "@std/path";

/** What is in a file: a row of its own, or nothing that can be read. */
interface Model {
  readonly row: string;
  /** Whether what is there by now is bad, so that readers still see the row before. */
  isBad: boolean;
  /** Whether its name or content has changed since the last run. */
  isFresh: boolean;
  /** Whether its row was published under this name, or one that it had before and that nobody had since. */
  isOwn: boolean;
  /** Whether it was copied over another file, or a copy of it was, since the last run: it stays as it is. */
  isPinned?: boolean;
  /** The name that it had before the last run. */
  from?: string | undefined;
}

/** How a folder is taken in. */
export interface FileLifeOptions {
  /** Whether each name of a content is published for itself. @default false */
  readonly isForEach?: boolean;
}

/** A folder in which files are written, corrected, renamed, swapped, copied and removed, and the rows that readers are to see. */
export class FileLife {
  readonly #folder: string;
  readonly #random: (limit: number) => number;
  readonly #isForEach: boolean;
  readonly #files = new Map<string, Model>();
  /** What was at names from which files were removed, not renamed. */
  readonly #ghosts = new Map<string, string>();
  /** How many times readers see a row. */
  readonly #visible = new Map<string, number>();
  #rows = 0;
  #time = 1_700_000_000;
  #knowsInodes = true;

  constructor(
    folder: string,
    random: (limit: number) => number,
    { isForEach = false }: FileLifeOptions = {},
  ) {
    this.#folder = folder;
    this.#random = random;
    this.#isForEach = isForEach;
  }

  /** Rows that readers see once the folder was taken in. */
  get expected(): string[] {
    return [...this.#visible].flatMap(([row, count]) => Array(count).fill(row)).toSorted();
  }

  /** Changes the folder between two runs; returns what was done. */
  night({ isRebuilt = false } = {}): string[] {
    const done: string[] = [];
    this.#knowsInodes = !isRebuilt;
    for (const model of this.#files.values()) {
      Object.assign(model, { isFresh: false, isPinned: false, from: undefined });
    }
    const names = ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"];
    const pick = () => names[this.#random(names.length)] ?? "";
    for (let n = this.#random(4); n > 0; n--) done.push(this.#move(pick(), pick()));
    for (let n = this.#random(3); n > 0; n--) done.push(this.#write(pick()));
    if (this.#random(4) === 0) done.push(this.#writeBoth(pick(), pick()));
    for (const model of this.#files.values()) {
      const { row, from } = model;
      const least = this.#isForEach ? this.#holders(row) : 1;
      this.#visible.set(row, Math.max(least, this.#visible.get(row) ?? 0));
      // Its name went to another file.
      if (from !== undefined && this.#files.has(from)) model.isOwn = false;
    }
    return done.filter((step) => step !== "");
  }

  #move(from: string, to: string): string {
    const [one, other] = [this.#files.get(from), this.#files.get(to)];
    if (one === undefined || from === to || one.isBad || other?.isBad) return "";
    if (one.isPinned || other?.isPinned) return "";
    const [fromPath, toPath] = [join(this.#folder, from), join(this.#folder, to)];
    switch (this.#random(6)) {
      case 0:
        if (one.isFresh) return "";
        Deno.removeSync(fromPath);
        this.#files.delete(from);
        this.#ghosts.set(from, one.row);
        return `remove ${from}`;
      case 1:
        if (other !== undefined || this.#ghosts.has(to) || !this.#mayCopy(one.row)) return "";
        if (one.isFresh && !this.#knowsInodes) return "";
        // A copy has its own time.
        Deno.copyFileSync(fromPath, toPath);
        one.isPinned = true;
        this.#files.set(to, { row: one.row, isBad: false, isFresh: true, isOwn: this.#isForEach });
        return `copy ${from} ${to}`;
      case 2:
        if (other === undefined) return "";
        Deno.renameSync(fromPath, `${fromPath}.tmp`);
        Deno.renameSync(toPath, fromPath);
        Deno.renameSync(`${fromPath}.tmp`, toPath);
        this.#files.set(from, { ...other, isFresh: true, isOwn: false });
        this.#files.set(to, { ...one, isFresh: true, isOwn: false });
        return `swap ${from} ${to}`;
      case 3:
        return this.#copyOver(from, to);
      default:
        return this.#rename(from, to);
    }
  }

  #copyOver(from: string, to: string): string {
    const [one, other] = [this.#files.get(from), this.#files.get(to)];
    if (one === undefined || other === undefined || one.isFresh || other.isFresh) return "";
    if (!other.isOwn || one.row === other.row || !this.#mayCopy(one.row)) return "";
    Deno.copyFileSync(join(this.#folder, from), join(this.#folder, to));
    Deno.utimeSync(join(this.#folder, to), ++this.#time, this.#time);
    one.isPinned = true;
    const isOwn = this.#isForEach;
    this.#files.set(to, { row: one.row, isBad: false, isFresh: true, isOwn, isPinned: true });
    this.#leave(other.row);
    return `copy ${from} over ${to}`;
  }

  #rename(from: string, to: string): string {
    const [one, other] = [this.#files.get(from), this.#files.get(to)];
    // What nobody has seen moved is gone.
    if (one === undefined || one.isFresh || other?.isFresh) return "";
    // With a copy of it there, it could be one as well.
    const isTold = this.#knowsInodes || this.#holders(one.row) === 1;
    const isTaken = other !== undefined || this.#ghosts.has(to);
    if (isTaken && (!isTold || one.row === other?.row)) return "";
    Deno.renameSync(join(this.#folder, from), join(this.#folder, to));
    this.#files.delete(from);
    this.#ghosts.delete(from);
    this.#ghosts.delete(to);
    const isOwn = one.isOwn && this.#holders(one.row) === 0;
    this.#files.set(to, { ...one, isFresh: true, isOwn, from });
    return `rename ${from} ${to}`;
  }

  #write(name: string): string {
    const model = this.#files.get(name);
    // Renamed and changed at once it would be another file.
    if (model?.isFresh || model?.isPinned) return "";
    const isBad = model !== undefined && this.#random(4) === 0;
    const row = isBad ? model.row : `${++this.#rows}`.padStart(4, "0");
    this.#put(name, isBad ? `id\n"${++this.#rows}` : `id\n${row}\n`);
    if (!isBad) return this.#version(name, row);
    this.#files.set(name, { ...model, isBad, isFresh: true });
    return `break ${name}`;
  }

  /** Writes one content to two names. */
  #writeBoth(name: string, other: string): string {
    const models = [this.#files.get(name), this.#files.get(other)];
    if (name === other) return "";
    if (models.some((one) => one?.isFresh || one?.isPinned || one?.isOwn === false)) return "";
    if ([name, other].some((one) => this.#ghosts.has(one))) return "";
    const row = `${++this.#rows}`.padStart(4, "0");
    for (const one of [name, other]) this.#put(one, `id\n${row}\n`);
    const done = [name, other].map((one) => this.#version(one, row));
    // Which of the two is published, and which is a copy of that, is not promised.
    for (const one of this.#isForEach ? [] : [name, other]) {
      this.#files.set(one, { row, isBad: false, isFresh: true, isOwn: false });
    }
    return done.join(" and ");
  }

  #put(name: string, text: string): void {
    const path = join(this.#folder, name);
    Deno.writeTextFileSync(path, text);
    Deno.utimeSync(path, ++this.#time, this.#time);
  }

  #version(name: string, row: string): string {
    const before = this.#files.get(name)?.row ?? this.#ghosts.get(name);
    this.#files.set(name, { row, isBad: false, isFresh: true, isOwn: true });
    this.#ghosts.delete(name);
    if (before !== undefined) this.#leave(before);
    return `write ${name} ${row}`;
  }

  /** One name less has a row. */
  #leave(row: string): void {
    const count = this.#visible.get(row) ?? 0;
    const least = this.#isForEach ? count - 1 : Math.min(count, this.#holders(row));
    this.#visible.set(row, Math.max(0, least));
  }

  /** Of two rows that are the same, one of which no file has any more, it is not promised which is whose. */
  #mayCopy(row: string): boolean {
    if (!this.#isForEach) return true;
    const isBad = this.#files.values().some((model) => model.row === row && model.isBad);
    return !isBad && (this.#visible.get(row) ?? 0) <= this.#holders(row);
  }

  #holders(row: string): number {
    return this.#files.values().filter((model) => model.row === row).toArray().length;
  }
}
