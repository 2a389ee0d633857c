import type { Database } from "../db/mod.ts";
import type { StreamKey } from "./streams.ts";

/** What a repeated page is recognized by. */
export interface SeenPage {
  /** Place of the page in the stream, from 1. */
  readonly number: number;
  /** Identifies the page to the server. */
  readonly token: string;
  /** Hash of its body. */
  readonly sha256: string;
}

type PageRow = { readonly number: number; readonly token: string; readonly sha256: string };

/** One page for the audit database. */
export interface PageEntry extends SeenPage {
  /** What was asked for, without credentials. */
  readonly url: string;
  /** Id that the request carried. */
  readonly requestId: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Requests that it took. */
  readonly attempts: number;
  /** Size of the body. */
  readonly bytes: number;
  /** Records on it. */
  readonly records: number;
  /** When it was asked for, in ms from the start of the run. */
  readonly askedMs: number;
  /** From then to the end of its answer, in ms. */
  readonly tookMs: number;
  /** Of these, the time in which it waited, in ms. */
  readonly waitedMs: number;
}

/** Characters of tokens and hashes that are held in memory: those of 25,000 pages or so. */
const MAX_HELD = 2 ** 21;

/**
 * The pages that a stream has read in this run: committed ones are looked up in the database, those since the
 * last checkpoint of memory. So the guards against loops need no growing memory and survive a crash.
 */
export class StreamPages {
  readonly #db: Database;
  readonly #key: readonly [string, string, string];
  #pending: SeenPage[] = [];
  /** The token and the hash of each page; `undefined` if the database has pages that are not among them. */
  #held: Set<string> | undefined;
  #heldLength = 0;

  /**
   * Opens the pages of a stream.
   *
   * @param db The audit database.
   * @param key The stream in its run.
   */
  constructor(db: Database, key: StreamKey) {
    this.#db = db;
    this.#key = [key.run_id, key.source, key.stream];
    const isNew = db.get(
      "SELECT 1 AS one FROM pages WHERE run_id = ? AND source = ? AND stream = ? LIMIT 1",
      [...this.#key],
    ) === undefined;
    if (isNew) this.#held = new Set();
  }

  /** Says whether this position was asked for before, at any distance. */
  hasToken(token: string): boolean {
    return this.#pending.some((page) => page.token === token) || this.#has("token", token);
  }

  /** Says whether a page with the same records was read before, at any distance, at a position that begins so if `within` is given. */
  hasPage(sha256: string, within = ""): boolean {
    const isSame = (page: SeenPage) => page.sha256 === sha256 && page.token.startsWith(within);
    return this.#pending.some(isSame) || this.#has("sha256", sha256, within);
  }

  /** Remembers a page that was read; it reaches the database with {@linkcode commit}. */
  add({ number, token, sha256 }: SeenPage): void {
    // A page is more than that: its records would stay in memory until the next checkpoint.
    this.#pending.push({ number, token, sha256 });
    this.#held?.add(token).add(sha256);
    this.#heldLength += token.length + sha256.length;
    if (this.#heldLength > MAX_HELD) this.#held = undefined;
  }

  /** Returns the page of a number, if it was read. */
  page(number: number): SeenPage | undefined {
    return this.#pending.find((page) => page.number === number) ?? this.#db.get<PageRow>(
      "SELECT number, token, sha256 FROM pages WHERE run_id = ? AND source = ? AND stream = ? AND number = ?",
      [...this.#key, number],
    );
  }

  /** Writes pages whose records are staged; call it in the checkpoint's transaction. */
  commit(pages: readonly PageEntry[]): void {
    this.#db.insertMany(
      "pages",
      [
        "run_id",
        "source",
        "stream",
        "number",
        "token",
        "sha256",
        "url",
        "request_id",
        "status",
        "attempts",
        "bytes",
        "records",
        "asked_ms",
        "took_ms",
        "waited_ms",
      ],
      pages.map((page) => [
        ...this.#key,
        page.number,
        page.token,
        page.sha256,
        page.url,
        page.requestId,
        page.status,
        page.attempts,
        page.bytes,
        page.records,
        page.askedMs,
        page.tookMs,
        page.waitedMs,
      ]),
    );
  }

  /** Looks pages up in the database from here on; call it once their transaction is committed. */
  committed(pages: readonly SeenPage[]): void {
    const last = pages.at(-1)?.number ?? 0;
    this.#pending = this.#pending.filter((page) => page.number > last);
  }

  /** Forgets all pages of the stream: it is read from its start again. */
  clear(): void {
    this.#db.run("DELETE FROM pages WHERE run_id = ? AND source = ? AND stream = ?", [
      ...this.#key,
    ]);
    this.#pending = [];
    // Should this be rolled back, they are there again.
    this.#held = undefined;
  }

  #has(column: "token" | "sha256", value: string, within = ""): boolean {
    // A new page, as nearly all are, needs no look-up.
    if (this.#held?.has(value) === false) return false;
    const index = INDEXES[column];
    return this.#db.get(
      `SELECT 1 AS one FROM pages INDEXED BY ${index} WHERE run_id = ? AND source = ? AND stream = ? AND ${column} = ?
         AND substr(token, 1, length(?)) = ?`,
      [...this.#key, value, within, within],
    ) !== undefined;
  }
}

/** Left to itself, SQLite looks for a content among all pages of the stream: each page would take longer than the one before. */
const INDEXES = { token: "pages_by_token", sha256: "pages_by_content" } as const;

/** How long the pages of a run are kept, in ms. */
export const PAGE_AGE = 30 * 24 * 60 * 60 * 1000;

/**
 * Forgets the pages of runs that have ended, most of what a database of APIs holds; what they came to stays in `streams`.
 *
 * @param before Runs that began before this, ISO 8601 UTC.
 * @returns How many pages.
 */
export function prunePages(db: Database, before: string): number {
  const runs = db.all<{ run_id: string }>(
    `SELECT run_id FROM runs AS r WHERE started_at < ? AND status NOT IN ('running', 'suspended', 'failed')
       AND EXISTS (SELECT 1 FROM pages AS p WHERE p.run_id = r.run_id)`,
    [before],
  );
  // One transaction a run: others wait no longer than that.
  return runs.reduce(
    (sum, { run_id }) =>
      sum +
      db.transaction("prune-pages", () => db.run("DELETE FROM pages WHERE run_id = ?", [run_id]))
        .changes,
    0,
  );
}
