import type { Database } from "../db/mod.ts";

/** A time before which a server wants no request. */
export type Wait = {
  /** Scheme, host and port, with what the requests are for in front of it. */
  readonly origin: string;
  /** ISO 8601 UTC. */
  readonly not_before: string;
  /** What the server said. */
  readonly reason: string;
};

/** Returns the wait that a server asked for; it may be over. */
export function getWait(db: Database, origin: string): Wait | undefined {
  return db.get<Wait>("SELECT * FROM waits WHERE origin = ?", [origin]);
}

/** Returns the waits that are not over. */
export function openWaits(db: Database, now: number): Wait[] {
  return db.all<Wait>("SELECT * FROM waits WHERE not_before > ? ORDER BY origin", [
    new Date(now).toISOString(),
  ]);
}

/** Keeps the wait that a server asked for, and forgets those that are over. */
export function saveWait(db: Database, wait: Wait, now: number): void {
  db.run("DELETE FROM waits WHERE not_before < ?", [new Date(now).toISOString()]);
  db.run("INSERT OR REPLACE INTO waits (origin, not_before, reason) VALUES (?, ?, ?)", [
    wait.origin,
    wait.not_before,
    wait.reason,
  ]);
}
