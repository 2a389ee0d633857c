import { join } from "@std/path";

/** A file, and what it was published as. */
interface Model {
  /** The row that is published of it; `undefined` if none is yet. */
  good: string | undefined;
  /** The row that it holds. */
  now: string;
  /** Whether it has changed since the last run. */
  isFresh: boolean;
}

/** What a new file is. */
interface CreateOptions {
  /** @default {one that no file had} */
  readonly name?: string;
  /** What is published of it, if it is a copy. @default undefined */
  readonly good?: string | undefined;
}

/** A folder whose files may not change once they are published, and the rows that readers are to see. */
export class RejectLife {
  readonly #folder: string;
  readonly #random: (limit: number) => number;
  readonly #files = new Map<string, Model>();
  /** The runs that published the rows that readers see. */
  readonly #visible = new Map<string, string>();
  #rows = 0;
  #names = 0;
  #time = 1_700_000_000;

  constructor(folder: string, random: (limit: number) => number) {
    this.#folder = folder;
    this.#random = random;
  }

  /** Rows that readers see once the folder was taken in. */
  get expected(): string[] {
    return [...this.#visible.keys()].toSorted();
  }

  /** Runs that published what readers see. */
  get runs(): string[] {
    return [...new Set(this.#visible.values())].toSorted();
  }

  /** Changes the folder between two runs; returns what was done. */
  night(): string[] {
    for (const model of this.#files.values()) model.isFresh = false;
    const done = [this.#create(this.#row())];
    for (let n = this.#random(5); n > 0; n--) {
      const names = [...this.#files.keys()];
      const name = names[this.#random(names.length)] ?? "";
      done.push(this.#change(name, names[this.#random(names.length)] ?? ""));
    }
    return done.filter((step) => step !== "");
  }

  /** Notes that a run took the folder in. */
  take(run: string): void {
    const undecided = new Set(this.#files.values());
    const isStanding = ({ good, now, isFresh }: Model) => !isFresh && good !== now;
    const files = [...this.#files].toSorted(([a], [b]) => a < b ? -1 : 1).map(([, model]) => model);
    // What was rejected before is looked at last.
    const order = [...files.filter((one) => !isStanding(one)), ...files.filter(isStanding)];
    for (const model of order.filter(({ good, now }) => good === now)) undecided.delete(model);
    for (const model of order.filter(({ good, now }) => good === now)) this.#show(model.now, run);
    for (const model of order.filter(({ good, now }) => good !== now)) {
      undecided.delete(model);
      const { good } = model;
      const hasOther = files.some((one) =>
        one !== model &&
        (one.now === good || undecided.has(one) && one.isFresh && one.good === good)
      );
      if (good !== undefined && this.#visible.has(good) && !hasOther) continue;
      model.good = model.now;
      this.#show(model.now, run);
    }
  }

  /** Notes that a run was retracted. */
  retract(run: string): void {
    for (const [row, by] of this.#visible) if (by === run) this.#visible.delete(row);
  }

  #show(row: string, run: string): void {
    if (!this.#visible.has(row)) this.#visible.set(row, run);
  }

  #row(): string {
    return `${++this.#rows}`.padStart(4, "0");
  }

  #create(
    row: string,
    { name = `f${this.#random(10)}${++this.#names}.csv`, good = undefined }: CreateOptions = {},
  ): string {
    this.#put(name, row);
    this.#files.set(name, { good, now: row, isFresh: true });
    return `create ${name} ${row}`;
  }

  #put(name: string, row: string): void {
    const path = join(this.#folder, name);
    Deno.writeTextFileSync(path, `id\n${row}\n`);
    Deno.utimeSync(path, ++this.#time, this.#time);
  }

  #change(name: string, other: string): string {
    const [model, second] = [this.#files.get(name), this.#files.get(other)];
    if (model === undefined || model.isFresh || model.good === undefined) return "";
    if (model.good !== model.now) return this.#mend(name, model, model.good);
    switch (this.#random(4)) {
      case 0: {
        Object.assign(model, { now: this.#row(), isFresh: true });
        this.#put(name, model.now);
        return `change ${name} ${model.now}`;
      }
      case 1:
        return this.#create(model.now, { good: model.now });
      case 2: {
        if (second === undefined || second.isFresh || second.good !== second.now) return "";
        if (second === model) return "";
        this.#rename(name, "x");
        this.#rename(other, name);
        this.#rename("x", other);
        return `swap ${name} ${other}`;
      }
      default: {
        const to = `g${this.#random(10)}${++this.#names}.csv`;
        this.#rename(name, to);
        // The name may go to another file, as in a rotation.
        const next = this.#random(2) === 0 ? `, ${this.#create(this.#row(), { name })}` : "";
        return `rename ${name} ${to}${next}`;
      }
    }
  }

  /** Something happens to a file that was rejected, or what it was comes back. */
  #mend(name: string, model: Model, good: string): string {
    switch (this.#random(3)) {
      case 0:
        Object.assign(model, { now: good, isFresh: true });
        this.#put(name, good);
        return `restore ${name}`;
      case 1:
        return this.#create(good, { good });
      default: {
        const to = `k${this.#random(10)}${++this.#names}.csv`;
        this.#rename(name, to);
        model.isFresh = true;
        return this.#random(2) === 0
          ? `move ${name} ${to}`
          : `move ${name} ${to}, ${this.#create(good, { name, good })}`;
      }
    }
  }

  #rename(from: string, to: string): void {
    const model = this.#files.get(from);
    if (model === undefined) return;
    Deno.renameSync(join(this.#folder, from), join(this.#folder, to));
    this.#files.delete(from);
    this.#files.set(to, model);
    model.isFresh = true;
  }
}
