import type { Db } from "./stub.ts";

/** What SQLite throws. */
export class SqliteError extends Error {
  override readonly name = "SqliteError";
  /** The extended code. */
  readonly errcode: number;

  /** @param errcode See https://sqlite.org/rescode.html */
  constructor(errcode: number, message: string) {
    super(message);
    this.errcode = errcode;
  }
}

/** When others hold the lock. */
export interface Faults {
  /** Codes that BEGIN IMMEDIATE answers with, one after the other; then it works. */
  readonly begin?: readonly number[];
  /** Codes that COMMIT answers with. */
  readonly commit?: readonly number[];
  /** What a write answers with, always. */
  readonly write?: SqliteError;
}

/** One balance, to which another job adds 1 whenever it can; it behaves as SQLite does in WAL mode. */
export class BusyDatabase {
  /** Every statement, in order. */
  readonly statements: string[] = [];
  readonly #faults: Required<Pick<Faults, "begin" | "commit">> & Faults;
  #balance = 100;
  #mine: number | undefined;
  #mode: "none" | "deferred" | "immediate" = "none";
  #begun = 0;
  #committed = 0;

  /** @param faults See {@linkcode Faults}. */
  constructor(faults: Faults = {}) {
    this.#faults = { begin: [], commit: [], ...faults };
  }

  /** What is committed. */
  get balance(): number {
    return this.#balance;
  }

  /** Whether a transaction is open. */
  get isOpen(): boolean {
    return this.#mode !== "none";
  }

  /** How often others have added to the balance. */
  others = 0;

  /** What a learner's function gets; functions of their own, so that `const { run } = db` works as well. */
  connection(): Db {
    const isOpen = () => this.isOpen;
    return {
      run: (sql, params = []) => this.#run(sql, params),
      all: () => [{ balance: this.#mine ?? this.#balance }],
      get inTransaction() {
        return isOpen();
      },
    };
  }

  #run(sql: string, params: readonly number[]): void {
    this.statements.push(sql);
    if (this.statements.length > 500) throw new Error("500 statements were run: nothing ends them");
    const word = sql.trim().toUpperCase().replace(/;$/, "");
    if (word.startsWith("BEGIN")) this.#begin(word);
    else if (/^(COMMIT|END)\b/.test(word)) this.#commit();
    else if (word.startsWith("ROLLBACK")) this.#end();
    else this.#write(params);
  }

  #begin(word: string): void {
    if (this.isOpen) throw new SqliteError(1, "cannot start a transaction within a transaction");
    const code = /IMMEDIATE|EXCLUSIVE/.test(word) ? this.#faults.begin[this.#begun++] : undefined;
    if (code !== undefined) {
      this.#otherWrites();
      throw new SqliteError(code, "database is locked");
    }
    this.#mode = /IMMEDIATE|EXCLUSIVE/.test(word) ? "immediate" : "deferred";
    this.#mine = this.#balance;
  }

  #write([value = NaN]: readonly number[]): void {
    if (this.#faults.write !== undefined) throw this.#faults.write;
    if (this.#mode === "deferred") {
      // There is always somebody who writes between a read and a write.
      this.#otherWrites();
      throw new SqliteError(517, "database is locked");
    }
    if (this.#mode === "none") this.#balance = value;
    else this.#mine = value;
  }

  #commit(): void {
    if (!this.isOpen) throw new SqliteError(1, "cannot commit - no transaction is active");
    const code = this.#faults.commit[this.#committed++];
    // The transaction stays open.
    if (code !== undefined) throw new SqliteError(code, "database is locked");
    this.#balance = this.#mine ?? this.#balance;
    this.#end();
  }

  #end(): void {
    this.#mode = "none";
    this.#mine = undefined;
  }

  #otherWrites(): void {
    this.#balance++;
    this.others++;
  }
}
