import { assert, assertEquals } from "@std/assert";
import {
  getRun,
  insertRun,
  newStreamRow,
  openAudit,
  saveChecks,
  saveStream,
} from "../../lib/audit/mod.ts";
import { renderRun, renderRuns } from "../../lib/cli/pipeline/report_page.ts";
import type { Database } from "../../lib/db/mod.ts";

const ABOUT = { now: Date.parse("2026-11-27T06:00:00Z"), cwd: "/", limit: 30 };
const RUN_ID = "01M8BMFR9QQGGDTCW8NMYAT2P8";
const HOUR = 3_600_000;

/** A run of `pages` pages, one each 100 ms; the last third comes `gap` ms later. Every tenth waited 50 ms for a retry. */
function audit(pages: number, gap = 0, streams = 1): Database {
  const db = openAudit(":memory:");
  const started_at = "2026-11-27T02:00:00.000Z";
  insertRun(db, { run_id: RUN_ID, pipeline: "p", config_identity: "", started_at });
  for (let n = 1; n <= streams; n++) {
    const key = { run_id: RUN_ID, source: "shop", stream: `items${n}` };
    const row = newStreamRow({ ...key, type: "api", mode: "snapshot" });
    const retries = Math.floor(pages / 10);
    const counts = { pages, requests: pages + retries, retries, waited_ms: 50 * retries };
    saveStream(db, { ...row, ...counts });
    db.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :pages)
       INSERT INTO pages (run_id, source, stream, number, token, sha256, url, request_id, status, attempts, bytes, records,
         asked_ms, took_ms, waited_ms)
       SELECT :run_id, :source, :stream, i, i, i, 'u', 'r', 200, 1 + (i % 10 = 0), 1, 1,
         i * 100 + iif(i * 3 > :pages * 2, :gap, 0), 90, 50 * (i % 10 = 0) FROM n`,
      { ...key, pages, gap },
    );
  }
  return db;
}

function runPage(db: Database): string {
  const run = getRun(db, RUN_ID);
  assert(run);
  return renderRun(db, run, ABOUT);
}

function count(page: string, text: string): number {
  return page.split(text).length - 1;
}

Deno.test("a report draws requests, retries and waits, and says them in words", () => {
  using db = audit(40);
  const page = runPage(db);
  assertEquals(count(page, `<svg viewBox="0 0 1000 58"`), 1);
  const words = "44 requests, 4 retries, waited 200 ms, at most 2 requests a bar";
  assertEquals(count(page, words), 2, "for those who see the picture, and those who do not");
  assertEquals(count(page, "<title>after 980 ms: 1 page, 1 retry, waited 50 ms</title>"), 1);
  assertEquals(count(page, '<rect class="requests"'), 40);
  assertEquals([count(page, '<rect class="retries"'), count(page, '<rect class="waits"')], [4, 4]);
  assertEquals(count(page, "<line "), 0);
  assertEquals(count(page, "<span>start</span><span>2.0 s</span><span>4.1 s</span>"), 1);
});

Deno.test("a report draws many pages with few marks, and leaves out the time between attempts", () => {
  using db = audit(400, 8 * HOUR, 9);
  const page = runPage(db);
  assert(count(page, "<g>") > 500 && count(page, "<g>") <= 8 * 125, `${count(page, "<g>")} marks`);
  assertEquals([count(page, `<svg viewBox="0 0 1000 58"`), count(page, "<line ")], [8, 8]);
  assertEquals(
    count(page, "Left out at each dashed line: 8 h without a request, after 26.7 s."),
    1,
  );
  assertEquals(count(page, "The 8 streams of 9 that waited longest."), 1);
  const widest = Math.max(...Array.from(
    page.matchAll(/ x="([-\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+"\/>/g),
    ([, x, width]) => Number(x) + Number(width),
  ));
  assert(widest <= 1003, `a mark ends at ${widest}`);
});

Deno.test("a report of a run from before there were times has no timeline", () => {
  using db = audit(5);
  db.run("UPDATE pages SET asked_ms = NULL, took_ms = NULL, waited_ms = NULL");
  assertEquals(count(runPage(db), "<svg"), 0);
});

Deno.test("a report has as a trend how old the records were that max_age saw, if it was asked", () => {
  using db = audit(1);
  const title = "age of the newest record";
  assertEquals(count(renderRuns(db, ABOUT), title), 0);
  const check = { rule: "max_age", severity: "warn", violations: 0, example: null };
  const newest = "2026-11-26T23:00:00.000Z";
  const rows = [{ field: "a", ...check, newest }, { field: "b", ...check, newest: null }];
  saveChecks(db, { run_id: RUN_ID, source: "shop", stream: "items1" }, rows);
  assertEquals(count(renderRuns(db, ABOUT), `<span>${title}</span><b>3 h</b>`), 1);
});

Deno.test("a report has the waits of each run as a trend", () => {
  using db = audit(40);
  assertEquals(count(renderRuns(db, ABOUT), "<span>waited</span><b>200 ms</b>"), 1);
});
