import { everyTest } from "../_sample.ts";
import { assertEquals } from "@std/assert";
import { live } from "./_life.ts";
import type { Disturbance, Night, Scenario, StreamShape } from "./_scenario.ts";

const DAY = 24 * 3_600_000;
const RECORDS: StreamShape = {
  name: "s1",
  mode: "incremental",
  paging: "cursor",
  size: 3,
  total: false,
  newestFirst: false,
  lag: 0,
  time: "iso",
  remember: 30,
  inclusive: true,
};

function night(night: Partial<Night> = {}): Night {
  return { after: DAY, happenings: [], disturbances: [], ...night };
}

function refused(on: string, error: "EACCES" | "EIO" = "EACCES"): Disturbance {
  return { at: { step: 1 }, do: "disk", error, times: 1, on };
}

function unreadable(on: string) {
  return { do: "unreadable", error: "EIO", times: 100, on } as const;
}

function added([stream, count]: readonly (string | number)[]) {
  return { do: "add", stream: String(stream), count: Number(count) } as const;
}

/** Lives that went wrong once, shortened by hand until only what they need is left. */
const LIVES: Readonly<Record<string, Pick<Scenario, "nights"> & Partial<Scenario>>> = {
  "publishes no record twice when its stream was blocked while the run was opened": {
    nights: [
      night({ happenings: [{ do: "add", stream: "s1", count: 2 }] }),
      night({
        after: 8 * DAY,
        happenings: [{ do: "update", stream: "s1", pick: 1 }],
        disturbances: [refused("_manifests/0")],
      }),
      night({ after: 8 * DAY, disturbances: [refused("_manifests/0")] }),
      night({ after: DAY / 4 }),
    ],
  },
  "flushes the name of a file that it finds in place after a stop": {
    streams: [],
    files: true,
    nights: [
      night({
        happenings: [{ do: "drop", file: "a.csv", rows: 2, kind: "good" }],
        // Its folder is made, it is renamed, and the flush does not come.
        disturbances: [{ at: { step: 3, on: "/dt=" }, do: "kill" }],
      }),
      night({
        after: DAY / 4,
        disturbances: [{ at: { step: 1, on: "_SUCCESS" }, do: "power", keep: 0 }],
      }),
    ],
  },
  "brings what only a backfill has brought, also if the database was made again": {
    streams: [{ ...RECORDS, lag: 60_000 }],
    nights: [
      night({ happenings: [{ do: "add", stream: "s1", count: 2 }] }),
      night({ happenings: [{ do: "add", stream: "s1", count: 2 }], loss: "part" }),
      night({ backfill: { stream: "s1", from: 0 } }),
      night({ loss: "audit" }),
      night(),
    ],
  },
  "puts no manifest of a run that was given up next to data that is gone": {
    streams: [],
    files: true,
    nights: [
      night({
        happenings: [
          { do: "drop", file: "drop-1.csv", rows: 2, kind: "good" },
          { do: "drop", file: "drop-2.csv", rows: 3, kind: "ragged" },
        ],
        disturbances: [refused("quarantine", "EIO")],
      }),
      night({ loss: "part" }),
    ],
  },
  "publishes nothing twice that a read after a rebuild has rejected, and the next one brings": {
    streams: [],
    sandbox: true,
    nights: [
      ...Array.from({ length: 5 }, () => night()),
      // In an odd night it is made again.
      night({ loss: "audit" }),
      night({ sandbox: ["quakes:badrecord=1@page1"] }),
      night(),
    ],
  },
  "takes back what a dead run had only decided to publish": {
    streams: [{ ...RECORDS, mode: "feed", remember: 2 }],
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 1 }],
        disturbances: [{ at: { step: 1, on: "_manifests/0" }, do: "power", keep: 0 }],
      }),
      // The run is given up here, and what it decided is still to be done.
      night({
        after: 8 * DAY,
        disturbances: [{ at: { step: 1, on: "_manifests/0" }, do: "power", keep: 0 }],
      }),
      night({ after: 8 * DAY, wayBack: { do: "retract", pick: 0, disturbances: [] } }),
    ],
  },
  "flushes the folders above one that it finds": {
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 2 }],
        disturbances: [{ at: { step: 1, on: "lake/raw" }, do: "flush" }],
      }),
      night({ after: DAY / 4 }),
      night({ disturbances: [{ at: { commit: 1 }, do: "power", keep: 0 }] }),
    ],
  },
  "calls a staging file that cannot be cut a fault of the disk": {
    nights: [
      night({
        disturbances: [{
          at: { step: 2, on: ".jsonl" },
          do: "disk",
          error: "EIO",
          times: 1,
        }],
      }),
    ],
  },
  "does not go on with an audit database that is older than the lake": {
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 2 }],
        disturbances: [{ at: { step: 1, on: ".parts" }, do: "kill" }],
      }),
      // It is resumed, so that the older database knows the run, and not what it has published.
      night({ after: DAY / 4 }),
      night({ loss: "old-audit" }),
    ],
  },
  "leaves an older copy of the lake as whole as it was brought back": {
    nights: [
      night({ happenings: [{ do: "add", stream: "s1", count: 2 }] }),
      night({ happenings: [{ do: "add", stream: "s1", count: 1 }] }),
      night({ loss: "old-lake" }),
    ],
  },
  "calls a staging file that cannot be read a fault of the disk": {
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 2 }],
        disturbances: [{ at: { step: 1, on: ".parts" }, ...unreadable("s1.jsonl") }],
      }),
    ],
  },
  "calls a staging folder that cannot be listed a fault of the disk": {
    nights: [
      night({
        disturbances: [{ at: { commit: 1 }, ...unreadable("list /simulated/pipeline/lake/_tmp") }],
      }),
    ],
  },
  "loses no file of those that are put together, nor one that stays alone, when power is lost": {
    streams: [],
    files: true,
    merged: true,
    nights: [
      night({
        happenings: ["a.csv", "b.csv", "c.csv"].map((file) => (
          { do: "drop", file, rows: 2, kind: "good" }
        )),
        disturbances: [{ at: { step: 1, on: "_manifests" }, do: "power", keep: 0 }],
      }),
      night(),
      night({
        happenings: [{ do: "drop", file: "d.csv", rows: 2, kind: "good" }],
        disturbances: [{ at: { step: 1, on: "_manifests" }, do: "power", keep: 0 }],
      }),
    ],
  },
  "loses no part of a file that is split when power is lost": {
    streams: [],
    files: true,
    split: true,
    nights: [
      night({ happenings: [{ do: "drop", file: "a.csv", rows: 6, kind: "good" }] }),
      night({ disturbances: [{ at: { commit: 1 }, do: "power", keep: 0 }] }),
    ],
  },
  "takes no record again when that of the watermark is gone and it asks from earlier": {
    streams: [{ ...RECORDS, size: 5, remember: 2 }],
    nights: [
      night({ after: DAY / 24, happenings: [{ do: "add", stream: "s1", count: 5 }] }),
      night({ happenings: [{ do: "add", stream: "s1", count: 1 }] }),
      night({ after: 8 * DAY }),
      night({ happenings: [{ do: "delete", stream: "s1", pick: 23 }] }),
    ],
  },
  "finds a folder for files that wait, after one whose content is known": {
    streams: [],
    files: true,
    merged: true,
    nights: [
      night({ happenings: [{ do: "drop", file: "z.csv", rows: 0, kind: "empty" }] }),
      night({
        happenings: [
          { do: "drop", file: "a.csv", rows: 0, kind: "empty" },
          { do: "drop", file: "b.csv", rows: 2, kind: "good" },
        ],
      }),
    ],
  },
  "names no rejected file as a source of what took its name": {
    streams: [],
    files: true,
    merged: true,
    nights: [
      night({ happenings: [{ do: "drop", file: "a.csv", rows: 0, kind: "empty" }] }),
      night({
        happenings: [
          { do: "rename", pick: 0 },
          { do: "drop", file: "a.csv", rows: 2, kind: "good" },
        ],
      }),
    ],
  },
  "finds no fault of its own in a log that goes once it was looked at": {
    streams: [],
    logs: true,
    nights: ["open", "read"].map((verb) =>
      night({
        happenings: [{ do: "drop", log: true, file: `${verb}.log`, rows: 2, kind: "good" }],
        disturbances: [{
          at: { step: 1, on: "logs.logs.files" },
          ...unreadable(`${verb} /simulated/pipeline/applogs`),
        }],
      })
    ),
  },
  "commits nothing of a file whose flush failed, although the next one succeeds": {
    streams: [{ ...RECORDS, size: 1 }],
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 24 }],
        disturbances: [{ at: { step: 4, on: "s1.jsonl" }, do: "flush" }],
      }),
      night({ after: DAY / 4, disturbances: [{ at: { request: 6 }, do: "power", keep: 1 }] }),
      night({ after: DAY / 8 }),
    ],
  },
  "goes on from no checkpoint that a start over has left nothing of, when power is lost": {
    streams: [{
      ...RECORDS,
      mode: "snapshot",
      paging: "offset",
      size: 1,
      total: true,
      newestFirst: true,
    }],
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 10 }],
        disturbances: [
          { at: { request: 9 }, do: "move", happening: { do: "add", stream: "s1", count: 1 } },
          // What was committed without a flush is lost, but for the first of it.
          { at: { request: 18 }, do: "power", keep: 2 },
        ],
      }),
      // The listing is as long as it was at first.
      night({ after: DAY / 4, happenings: [{ do: "delete", stream: "s1", pick: 10 }] }),
    ],
  },
  "calls a staging file that cannot be emptied a fault of the disk": {
    streams: [{ ...RECORDS, mode: "snapshot", paging: "offset", total: true }],
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 7 }],
        disturbances: [
          { at: { request: 2 }, do: "move", happening: { do: "add", stream: "s1", count: 1 } },
          { at: { request: 4 }, do: "move", happening: { do: "add", stream: "s1", count: 1 } },
          { at: { request: 4 }, ...unreadable("s1.jsonl") },
        ],
      }),
    ],
  },
  "publishes no row of a table twice when a run is retracted and its watermark reset": {
    streams: [{ ...RECORDS, of: "table", time: "epoch_ms" }],
    nights: [
      night({ happenings: [{ do: "add", stream: "s1", count: 2 }] }),
      night({ happenings: [{ do: "add", stream: "s1", count: 1 }] }),
      night({ wayBack: { do: "retract", pick: 1, advised: true, disturbances: [] } }),
    ],
  },
  "takes no file for a duplicate of the first part of another": {
    seed: 622912,
    streams: [],
    files: true,
    split: true,
    nights: [
      night({
        happenings: [
          { do: "drop", file: "drop-7.csv", rows: 2, kind: "good" },
          { do: "drop", file: "drop-3.csv", rows: 3, kind: "good" },
          { do: "drop", file: "drop-5.csv", rows: 3, kind: "empty" },
        ],
      }),
      night({ after: DAY / 24, happenings: [{ do: "copy", pick: 85 }, { do: "grow", pick: 19 }] }),
      night({
        happenings: [88, 86].map((pick) => ({ do: "grow", pick } as const)),
        loss: "both",
      }),
    ],
  },
  "publishes no staged file that was altered after a stop": {
    streams: [{ ...RECORDS, mode: "snapshot", paging: "link" }],
    nights: [
      night({
        happenings: [{ do: "add", stream: "s1", count: 1 }],
        // Its name is in the lake and in staging, for the folders were not flushed.
        disturbances: [{ at: { step: 47 }, do: "power", keep: 105493529 }],
      }),
      night({ loss: "altered-part" }),
    ],
  },
  "overlaps windows by no more than it takes, if the records of the first tell nothing": {
    seed: 501077,
    streams: [
      { ...RECORDS, mode: "snapshot", paging: "page", size: 5, total: true },
      {
        ...RECORDS,
        name: "s2",
        paging: "next_url",
        size: 2,
        window: { bounds: "[)", declared: false, most: 14 },
      },
    ],
    nights: [
      night({
        happenings: [["s2", 1], ["s1", 2], ["s2", 3], ["s2", 1]].map(added),
      }),
      night({ after: 8 * DAY, happenings: [["s2", 3], ["s1", 3]].map(added) }),
      night({
        happenings: [
          added(["s2", 1]),
          ...[88, 12, 68].map((pick) => ({ do: "update", stream: "s2", pick } as const)),
        ],
      }),
      night({ after: DAY / 4, happenings: [["s2", 5], ["s2", 6]].map(added) }),
    ],
  },
  "takes no record of a start over for a duplicate if its staging file could not be emptied": {
    seed: 700397,
    streams: [],
    sandbox: true,
    nights: [
      night({
        disturbances: [{
          ...refused("usgs.quakes.jsonl"),
          at: { step: 3, on: "usgs.quakes.jsonl" },
        }],
        sandbox: ["quakes:endless=same", "quakes:limit=2/10s"],
      }),
      night({ after: DAY / 24 }),
    ],
  },
};

for (const [index, [what, life]] of Object.entries(LIVES).entries()) {
  const test = index % 3 === 0 ? Deno.test : everyTest;
  test(`runPipeline() ${what}`, async () => {
    const { faults } = await live({ seed: 1, streams: [RECORDS], files: false, ...life });
    assertEquals(faults, []);
  });
}

everyTest(
  "runPipeline() publishes again what a database made again from the lake knew, once it is retracted",
  async () => {
    const shape = { ...RECORDS, lag: 60_000 };
    const happenings = ["s1", "s2"].map((stream) => ({ do: "add" as const, stream, count: 2 }));
    const { faults, runs } = await live({
      seed: 1,
      streams: [shape, { ...shape, name: "s2", of: "table", time: "epoch_ms" }],
      files: false,
      // In an odd night it is made again.
      nights: [
        night({ happenings }),
        night({ loss: "audit" }),
        night(),
        night({ wayBack: { do: "retract", pick: 0, disturbances: [] } }),
      ],
    });
    assertEquals(faults, []);
    const counts = [2, 3].map((at) => Object.values(runs[at]?.streams ?? {}));
    assertEquals(counts, [
      Array(2).fill("complete 2=0+0+2+0+0"),
      Array(2).fill("complete 2=2+0+0+0+0"),
    ]);
  },
);
