import { Random } from "./_random.ts";
import {
  DISK_ERRORS,
  type Disturbance,
  type Happening,
  HTTP_FAULTS,
  LOSSES,
  type Moment,
  type Night,
  type Scenario,
  type StreamShape,
  type WayBack,
  type WindowShape,
} from "./_scenario.ts";

const HOUR = 3_600_000;
const PAGINGS = ["cursor", "offset", "page", "link", "next_url"] as const;

/** Draws a life: all that is left to chance is decided here, so that a scenario can be read, shortened and lived again. */
export function generate(seed: number): Scenario {
  const random = new Random(seed);
  const streams = Array.from(
    { length: random.whole(0, 2) || 1 },
    (_, at) => shape(random, `s${at + 1}`),
  );
  const files = random.chance(0.6);
  const logs = random.chance(0.2);
  const nights = Array.from(
    { length: random.whole(2, 8) },
    (_, at) => night(random, { streams, files, logs, isFirst: at === 0 }),
  );
  // Not drawn, so that the other lives stay what they were.
  const split = files && seed % 8 === 0;
  const merged = files && seed % 8 === 4;
  const advised = seed % 3 === 0 ? nights.map(takenAsAdvised) : nights;
  const life = {
    seed,
    streams,
    files,
    logs,
    nights: advised,
    ...(merged && { merged }),
    ...(split && { split }),
  };
  if (!random.chance(0.2)) return life;
  return {
    ...life,
    streams: streams.slice(1),
    sandbox: true,
    nights: life.nights.map((night) =>
      random.chance(0.5) ? { ...night, sandbox: sandboxFaults(random) } : night
    ),
  };
}

function shape(random: Random, name: string): StreamShape {
  if (random.chance(0.25)) return otherShape(random, name);
  const mode = random.pick(["incremental", "incremental", "snapshot", "snapshot", "feed"] as const);
  const isFeed = mode === "feed";
  const paging = isFeed ? "cursor" : random.pick(PAGINGS);
  return {
    name,
    ...(!isFeed && random.chance(0.25) ? { window: windowShape(random) } : {}),
    mode,
    paging,
    size: random.whole(2, 5),
    total: !isFeed && random.chance(0.6),
    newestFirst: mode === "snapshot" && random.chance(0.3),
    lag: random.pick([0, 0, 60_000, 600_000] as const),
    time: random.pick(["iso", "epoch_ms", "epoch_s"] as const),
    inclusive: random.chance(0.5),
    remember: random.pick([30, 30, 2] as const),
  };
}

/** Not of an API; much of a shape means nothing to it. */
function otherShape(random: Random, name: string): StreamShape {
  return {
    name,
    of: random.pick(["table", "lines"] as const),
    mode: random.pick(["incremental", "snapshot"] as const),
    paging: "cursor",
    size: 2,
    total: false,
    newestFirst: false,
    lag: random.pick([0, 60_000] as const),
    time: "epoch_ms",
    inclusive: true,
    remember: 30,
  };
}

function windowShape(random: Random): WindowShape {
  return {
    bounds: random.pick(["[)", "[]", "(]"] as const),
    declared: random.chance(0.5),
    most: random.pick([14, 1000] as const),
  };
}

const SANDBOX_FAULTS = [
  "503@page2",
  "429@page1",
  "429=retry-after:3@page2x2",
  "500@page1x9",
  "reset@page2",
  "truncated@page2",
  "stall=5s@page1",
  "slow=40s@page2",
  "html200@page2",
  "error200@page2",
  "duplicate@page2",
  "badrecord=1@page1",
  "endless=loop",
  "endless=same",
  "redirect@page2",

  "cap=2",
  "limit=2/10s",
  "miscount=2",
  "0.2",
] as const;

function sandboxFaults(random: Random): string[] {
  return times(random.whole(1, 2), () => {
    if (random.chance(0.1)) return `${random.pick(["flights", "strikes"])}:expired@page2`;
    const fault = random.pick(SANDBOX_FAULTS);
    // A listing of numbered links whose pages become larger while it is read loses what nobody can see.
    const name = random.pick(["quakes", fault === "cap=2" ? "quakes" : "flights", "strikes"]);
    return `${name}:${fault === "0.2" ? "503@0.2" : fault}`;
  });
}

interface World {
  readonly streams: readonly StreamShape[];
  readonly files: boolean;
  readonly logs: boolean;
  readonly isFirst: boolean;
}

function night(random: Random, world: World): Night {
  const happenings = times(random.whole(world.isFirst ? 2 : 0, 5), () => happening(random, world));
  if (!world.isFirst && random.chance(0.12)) {
    return { after: 24 * HOUR, happenings, disturbances: [], loss: random.pick(LOSSES) };
  }
  const disturbances = random.chance(0.3)
    ? []
    : times(random.whole(1, 3), () => disturbance(random, world));
  return {
    after: random.pick([HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR, 8 * 24 * HOUR] as const),
    happenings,
    disturbances,
    ...(!world.isFirst && random.chance(0.15) ? { wayBack: wayBack(random, world) } : {}),
    ...(!world.isFirst && random.chance(0.1) ? backfill(random, world) : {}),
    ...(random.chance(0.1)
      ? { config: random.pick(["page-size", "tolerance", "min-age"] as const) }
      : {}),
  };
}

function wayBack(random: Random, world: World): WayBack {
  const disturbances = random.chance(0.5) ? [] : [interruption(random)];
  const followed = world.streams.filter(({ mode }) => mode !== "snapshot");
  if (followed.length === 0 || random.chance(0.5)) {
    return { do: "retract", pick: random.whole(0, 99), disturbances };
  }
  const to = random.chance(0.6) ? { to: random.whole(0, 99) } : {};
  return { do: "reset", stream: random.pick(followed).name, ...to, disturbances };
}

function takenAsAdvised({ wayBack, ...night }: Night): Night {
  if (wayBack?.do !== "retract") return { ...night, ...(wayBack && { wayBack }) };
  return { ...night, wayBack: { ...wayBack, advised: true } };
}

function backfill(random: Random, { streams }: World): Pick<Night, "backfill"> {
  const followed = streams.filter(({ of, mode }) => of === undefined && mode === "incremental");
  if (followed.length === 0) return {};
  const from = { from: random.whole(0, 99) };
  const until = { until: random.whole(0, 99) };
  const sides = random.pick([from, until, { ...from, ...until }] as const);
  return { backfill: { stream: random.pick(followed).name, ...sides } };
}

/** What may come in the middle of a few steps that ask nobody for anything. */
function interruption(random: Random): Disturbance {
  const at = random.pick([{ step: random.whole(1, 40) }, { commit: random.whole(1, 6) }] as const);
  const what = random.next();
  if (what < 0.3) return { at, do: "kill" };
  if (what < 0.7) return { at, do: "power", keep: random.whole(1, 1e9) };
  if (what < 0.8) return { at, do: "second-run" };
  if (what < 0.9) {
    const error = random.pick(DISK_ERRORS);
    return { at, do: "disk", error, times: random.pick([1, 1000] as const) };
  }
  return { at, do: "database", error: random.pick(["full", "busy", "io"] as const), times: 1 };
}

function happening(random: Random, { streams, files, logs, isFirst }: World): Happening {
  if (logs && random.chance(0.3)) return vendors(random, isFirst, true);
  if (files && random.chance(0.5)) return vendors(random, isFirst);
  const { name: stream, lag } = random.pick(streams);
  const pick = random.whole(0, 99);
  const what = random.next();
  if (isFirst || what < 0.5) {
    const late = lag > 0 && random.chance(0.3) ? { late: random.whole(0, lag) } : {};
    return { do: "add", stream, count: random.whole(1, 6), ...late };
  }
  if (what < 0.8) return { do: "update", stream, pick };
  return what < 0.9 ? { do: "delete", stream, pick } : { do: "break", stream };
}

function vendors(random: Random, isFirst: boolean, isLog = false): Happening {
  const log = isLog ? { log: true } as const : {};
  if (isFirst || random.chance(0.4)) {
    return {
      do: "drop",
      ...log,
      file: `drop-${random.whole(1, 9)}${isLog ? ".log" : ".csv"}`,
      rows: random.whole(1, 4),
      kind: random.pick(["good", "good", "good", "ragged", "header", "empty", "encoding"] as const),
    };
  }
  return {
    ...log,
    do: random.pick(["grow", "correct", "copy", "rename", "erase", "touch"] as const),
    pick: random.whole(0, 99),
  };
}

function disturbance(random: Random, world: World): Disturbance {
  const request: Moment = { request: random.whole(1, 12) };
  const step: Moment = { step: random.whole(1, 160) };
  const commit: Moment = { commit: random.whole(1, 60) };
  const read: Moment = { read: random.whole(1, 150) };
  const anywhere = random.pick([request, step, step, commit] as const);
  const what = random.next();
  if (what < 0.12) return { at: anywhere, do: "kill" };
  if (what < 0.36) {
    return {
      at: random.pick([step, step, commit] as const),
      do: "power",
      keep: random.whole(1, 1e9),
    };
  }
  if (what < 0.42) return { at: anywhere, do: "signal" };
  if (what < 0.46) return { at: anywhere, do: "second-run" };
  if (what < 0.5) {
    return { at: anywhere, do: "clock", ms: random.pick([-48, -2, 2, 48] as const) * HOUR };
  }
  if (what < 0.6) {
    return {
      at: step,
      do: "disk",
      error: random.pick(DISK_ERRORS),
      times: random.pick([1, 1, 3, 1000] as const),
    };
  }
  if (what < 0.66) return { at: step, do: "flush" };
  if (what < 0.72) {
    return {
      at: commit,
      do: "database",
      error: random.pick(["full", "busy", "io"] as const),
      times: random.pick([1, 1, 1000] as const),
    };
  }
  if (what < 0.9) {
    return {
      at: request,
      do: "http",
      fault: fault(random, world),
      times: random.pick([1, 1, 2, 9] as const),
    };
  }
  if (what < 0.94) {
    return {
      at: random.pick([read, step] as const),
      do: "unreadable",
      error: random.pick(["EIO", "EACCES"] as const),
      times: random.pick([1, 1, 4, 1000] as const),
      on: random.pick(
        [
          "/inbox/",
          "/inbox/",
          "/applogs/",
          "/others/",
          "/inbox",
          "/lake/_tmp",
          "/lake/raw",
          "/lake",
        ] as const,
      ),
    };
  }
  const moment = random.pick([anywhere, read] as const);
  return { at: moment, do: "move", happening: move(random, world) };
}

/** What is deleted from a numbered listing without a total shifts the rest, and nobody can see it. */
function move(random: Random, world: World): Happening {
  const drawn = happening(random, { ...world, isFirst: false });
  if (drawn.do !== "delete") return drawn;
  const { paging, total } = world.streams.find(({ name }) => name === drawn.stream) ?? {};
  const isBlind = (paging === "page" || paging === "offset") && total === false;
  return isBlind ? { ...drawn, do: "update" } : drawn;
}

/** A page that says less than there is, under tokens of its own, is a lie that nobody can see; the sandbox has none either. */
function fault(random: Random, { streams }: World) {
  const isNumbered = streams.some(({ paging }) => paging === "offset" || paging === "page");
  const honest = HTTP_FAULTS.filter((name) =>
    !isNumbered || (name !== "short" && name !== "empty")
  );
  return random.pick(honest);
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
