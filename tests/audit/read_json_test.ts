import { assertStringIncludes, assertThrows } from "@std/assert";
import {
  getOwner,
  insertRun,
  newStreamRow,
  openAudit,
  saveStream,
  streamsOf,
} from "../../lib/audit/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";

Deno.test("a value that should be JSON and is not is a damaged database, by its table", () => {
  using db = openAudit(":memory:");
  const run = { run_id: "R", pipeline: "p", config_identity: "", backfill: null };
  insertRun(db, { ...run, started_at: "2026-11-26T02:00:00.000Z" });
  const key = { run_id: "R", source: "shop", stream: "items" };
  saveStream(db, newStreamRow({ ...key, type: "api", mode: "snapshot" }));
  db.run("UPDATE streams SET checkpoint = 'pwn'");
  const error = assertThrows(() => streamsOf(db, "R"), DatabaseError);
  assertStringIncludes(
    error.message,
    'it is damaged (table "streams" has a value that is not JSON)',
  );
  assertStringIncludes(error.message, "headwaters audit rebuild");
});

Deno.test("a database that no longer says whose it is, is damaged", () => {
  using db = openAudit(":memory:");
  db.run("DELETE FROM owner");
  const error = assertThrows(() => getOwner(db), DatabaseError, 'table "owner" is empty');
  assertStringIncludes(error.message, "headwaters audit rebuild");
});
