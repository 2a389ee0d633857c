import type { Scenario, StreamShape } from "./_scenario.ts";

const DAY = 24 * 3_600_000;
const RECORDS: StreamShape = {
  name: "s1",
  mode: "incremental",
  paging: "cursor",
  size: 2,
  total: false,
  newestFirst: false,
  lag: 0,
  time: "iso",
  remember: 30,
  inclusive: true,
};
const SNAPSHOT: StreamShape = {
  ...RECORDS,
  name: "s2",
  mode: "snapshot",
  paging: "offset",
  total: true,
};

/** A first night over an empty lake, of a stream and a folder. */
export const SMALL: Scenario = {
  seed: 1,
  streams: [RECORDS],
  files: true,
  nights: [{
    after: DAY,
    happenings: [
      { do: "add", stream: "s1", count: 3 },
      { do: "break", stream: "s1" },
      { do: "drop", file: "a.csv", rows: 2, kind: "ragged" },
    ],
    disturbances: [],
  }],
};

/** A night over an older lake, in which everything has changed and an old snapshot is removed. */
export const LARGER: Scenario = {
  seed: 2,
  streams: [RECORDS, SNAPSHOT],
  files: true,
  nights: [
    {
      after: DAY,
      happenings: [
        { do: "add", stream: "s1", count: 3 },
        { do: "add", stream: "s2", count: 3 },
        { do: "drop", file: "a.csv", rows: 2, kind: "ragged" },
        { do: "drop", file: "b.csv", rows: 2, kind: "header" },
      ],
      disturbances: [],
    },
    { after: 8 * DAY, happenings: [{ do: "add", stream: "s2", count: 1 }], disturbances: [] },
    {
      after: 8 * DAY,
      happenings: [
        { do: "add", stream: "s1", count: 2 },
        { do: "update", stream: "s1", pick: 0 },
        { do: "break", stream: "s1" },
        { do: "add", stream: "s2", count: 2 },
        { do: "drop", file: "c.csv", rows: 2, kind: "good" },
        { do: "drop", file: "d.csv", rows: 1, kind: "encoding" },
        { do: "correct", pick: 0 },
        { do: "copy", pick: 0 },
      ],
      disturbances: [],
    },
  ],
};
