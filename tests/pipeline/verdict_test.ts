import { assertEquals } from "@std/assert";
import { getStreamState, newStreamRow, openAudit, type StreamRow } from "../../lib/audit/mod.ts";
import { HttpError, SuspendedError } from "../../lib/errors/mod.ts";
import {
  decideBroken,
  decideStream,
  outcomesOf,
  type ReadEnd,
  readEndOf,
  type VerdictOptions,
} from "../../lib/pipeline/verdict.ts";

const KEY = { run_id: "R1", source: "s", stream: "t", type: "api", mode: "snapshot" } as const;
const END: ReadEnd = { stopReason: "no-next", evidence: ["no-next"], contradictions: [] };
const STATE = (() => {
  using db = openAudit(":memory:");
  return getStreamState(db, KEY);
})();

function decide(
  counts: Partial<StreamRow>,
  options: {
    readonly end?: Partial<ReadEnd>;
    readonly state?: Partial<VerdictOptions["state"]>;
    readonly limits?: Partial<VerdictOptions["limits"]>;
    readonly acceptedRows?: number;
    readonly currentRows?: number;
    readonly isBackfill?: boolean;
  } = {},
) {
  return decideStream(
    { ...newStreamRow(KEY), ...counts },
    { ...END, ...options.end },
    {
      limits: { records: 0.01, files: 1, maxShrink: 0.5, ...options.limits },
      state: { ...STATE, ...options.state },
      acceptedRows: options.acceptedRows,
      currentRows: options.currentRows,
      isBackfill: options.isBackfill ?? false,
    },
  );
}

const FOLLOWED = { current_run_id: "R0", current_complete: 1 } as const;

Deno.test("decideStream() is complete with evidence and nothing against it", () => {
  assertEquals(decide({ read: 3, written: 3 }), {
    outcome: "complete",
    evidence: ["no-next"],
    contradictions: [],
    complete: true,
    followed: true,
    reasons: [],
  });
});

Deno.test("decideStream() is partial without evidence, and says why reading stopped", () => {
  const verdict = decide({ read: 3, written: 3 }, { end: { evidence: [] }, state: FOLLOWED });
  assertEquals([verdict.outcome, verdict.complete, verdict.followed], ["partial", false, false]);
  assertEquals(verdict.reasons, [
    "s.t: nothing shows that it is complete (reading stopped by no-next)",
  ]);
});

Deno.test("decideStream() lets one contradiction outweigh any evidence", () => {
  const contradictions = [
    { code: "total-not-read", message: "3 records read, 9 declared" } as const,
  ];
  const verdict = decide({ read: 3, written: 3 }, { end: { contradictions }, state: FOLLOWED });
  assertEquals([verdict.outcome, verdict.complete, verdict.followed], ["partial", false, false]);
  assertEquals(verdict.reasons, ["s.t: 3 records read, 9 declared"]);
});

Deno.test("decideStream() keeps evidence and tolerance apart: too many rejects move the watermark, not the readers", () => {
  const state = FOLLOWED;
  const within = decide({ read: 200, written: 198, rejected: 2 }, { state });
  assertEquals([within.outcome, within.complete, within.followed], ["complete", true, true]);
  const beyond = decide({ read: 200, written: 197, rejected: 3 }, { state });
  assertEquals([beyond.outcome, beyond.complete, beyond.followed], ["partial", true, false]);
  assertEquals(beyond.reasons, [
    "s.t: 3 of 200 records rejected, tolerance.records allows 1 %",
  ]);
});

Deno.test("decideStream() takes 29 of 100 for 29 %, which a product of doubles does not", () => {
  const outcome = (rejected: number) =>
    decide({ read: 100, written: 100 - rejected, rejected }, { limits: { records: 0.29 } }).outcome;
  assertEquals([outcome(29), outcome(30)], ["complete", "partial"]);
});

Deno.test("decideStream() counts rejected files up to the limit, not beyond", () => {
  assertEquals(decide({ files_rejected: 1 }).outcome, "complete");
  assertEquals(decide({ files_rejected: 2 }).reasons, [
    "s.t: files rejected: 2, tolerance.files allows 1",
  ]);
});

const REJECTED_ALL =
  'readers stay on that one until what is rejected (100) comes through, or "pipeline accept s.t"';

Deno.test("decideStream() takes a snapshot of half the rows, and holds one that shrank by more", () => {
  const state = { ...FOLLOWED, complete_rows: 100 };
  assertEquals(decide({ read: 50, written: 50 }, { state }).followed, true);
  const held = decide({ read: 49, written: 49 }, { state });
  assertEquals([held.outcome, held.complete, held.followed], ["partial", false, false]);
  assertEquals(held.contradictions.map(({ code }) => code), ["snapshot-shrank"]);
  assertEquals(held.reasons, [
    's.t: 49 rows, the last complete snapshot has 100; readers stay on that one until "pipeline accept s.t"',
  ]);
  const [reason] = decide({ read: 100, written: 0, rejected: 100 }, { state }).reasons;
  assertEquals(reason?.slice(reason.indexOf("readers")), REJECTED_ALL);
});

Deno.test("decideStream() compares with the partial snapshot that readers have before a complete one", () => {
  const partial = { state: { current_run_id: "R0" }, currentRows: 200 };
  const held = decide({ read: 99, written: 99 }, partial);
  assertEquals([held.outcome, held.complete, held.followed], ["partial", false, false]);
  assertEquals(held.contradictions.map(({ message }) => message), [
    "99 rows, the partial one that readers have, for want of a complete one, has 200; " +
    'readers stay on that one until "pipeline accept s.t"',
  ]);
  assertEquals(decide({ read: 100, written: 100 }, partial).followed, true);
  assertEquals(decide({ read: 99, written: 99 }, { ...partial, acceptedRows: 99 }).complete, true);
  const state = { current_run_id: "R0", complete_rows: 50 };
  assertEquals(decide({ read: 50, written: 50 }, { ...partial, state }).complete, true);
});

Deno.test("decideStream() lets a small snapshot shrink, but none to nothing", () => {
  const state = { ...FOLLOWED, complete_rows: 99 };
  assertEquals(decide({ read: 1, written: 1 }, { state }).outcome, "complete");
  assertEquals(
    decide({ read: 9, rejected: 9 }, { state, limits: { records: 1 } }).outcome,
    "partial",
  );
  assertEquals(decide({}, { state: { ...FOLLOWED, complete_rows: 1 } }).outcome, "partial");
  assertEquals(decide({}, { state: { ...FOLLOWED, complete_rows: 0 } }).outcome, "complete");
});

Deno.test("decideStream() reads max_shrink: none at 0 %, to nothing only at 100 %", () => {
  const state = { ...FOLLOWED, complete_rows: 100 };
  const outcome = (written: number, maxShrink: number) =>
    decide({ read: written, written }, { state, limits: { maxShrink } }).outcome;
  assertEquals([outcome(100, 0), outcome(99, 0)], ["complete", "partial"]);
  assertEquals([outcome(1, 1), outcome(0, 1)], ["complete", "partial"]);
});

Deno.test("decideStream() compares an accepted shrink with what was accepted", () => {
  const state = { ...FOLLOWED, complete_rows: 1000 };
  assertEquals(decide({ read: 300, written: 300 }, { state, acceptedRows: 300 }).followed, true);
  assertEquals(decide({ read: 100, written: 100 }, { state, acceptedRows: 300 }).followed, false);
  assertEquals(decide({}, { state, acceptedRows: 0 }).followed, true);
});

Deno.test("decideStream() asks nothing of a snapshot that was not sent again", () => {
  const end = { stopReason: "not-modified", evidence: ["not-modified"] };
  const verdict = decide({}, { end, state: { ...FOLLOWED, complete_rows: 500 } });
  assertEquals([verdict.outcome, verdict.complete], ["complete", true]);
});

Deno.test("decideStream() lets readers follow a part while they have nothing complete, but not nothing", () => {
  const end = { evidence: [] };
  assertEquals(decide({ read: 5, written: 5 }, { end }).followed, true);
  assertEquals(decide({ read: 5, rejected: 5 }, { end }).followed, false);
});

Deno.test("decideStream() never lets readers follow a backfill", () => {
  const verdict = decide({ read: 5, written: 5 }, { isBackfill: true });
  assertEquals([verdict.outcome, verdict.complete, verdict.followed], ["complete", true, false]);
});

Deno.test("decideBroken() tells a stop from a failure", () => {
  const row = newStreamRow(KEY);
  const failed = decideBroken(row, new HttpError("http-auth", "Cannot fetch: 401"));
  assertEquals([failed.outcome, failed.complete, failed.followed], ["failed", false, false]);
  assertEquals(failed.reasons, ["s.t: Cannot fetch: 401"]);
  const stopped = decideBroken(row, new SuspendedError("suspended-signal", "Cannot finish run"));
  assertEquals(stopped.outcome, "suspended");
});

Deno.test("readEndOf() gives back what reading found out of a staged stream that an error kept from being published", () => {
  const guard = { code: "max-pages", message: "stopped" } as const;
  const shrank = { code: "snapshot-shrank", message: "5 rows" } as const;
  const verdict = { ...decide({}), evidence: ["total"], contradictions: [guard, shrank] };
  const row = { ...newStreamRow(KEY), phase: "staged", stop_reason: "total", verdict } as const;
  const broken = decideBroken(row, new HttpError("http-auth", "Cannot fetch: 401"));
  assertEquals([broken.outcome, broken.complete, broken.followed], ["failed", false, false]);
  const end = { stopReason: "total", evidence: ["total"], contradictions: [guard] };
  assertEquals(readEndOf({ ...row, verdict: broken }), end);
});

Deno.test("outcomesOf() gives every stream's outcome, those of streams without a verdict not", () => {
  const verdict = decide({});
  const row = newStreamRow(KEY);
  assertEquals(outcomesOf([{ ...row, verdict }, row]), ["complete"]);
});
