import { fromFileUrl } from "@std/path";
import { IngestError } from "../../lib/errors/mod.ts";
import { launchPlan, loadConfig, PROJECT_ROOT } from "../../lib/pipeline/mod.ts";
import { Life } from "./_life.ts";
import type { Disturbance, Happening, Loss, Night, Scenario, StreamShape } from "./_scenario.ts";

/** A failure in production, practiced: what happens, what should, and a life in which it happens. */
export interface Drill {
  readonly name: string;
  /** What goes wrong. */
  readonly happens: string;
  /** What the pipeline should do about it. */
  readonly should: string;
  /** The life; its second night, if it has one, is the one that goes wrong. */
  readonly scenario: Scenario | (() => Promise<Acted>);
  /** How that night's run ends. */
  readonly expected: {
    readonly exit: number | null;
    /** Code that the log must say. @default none */
    readonly code?: string;
    /** What the error of the run must say. @default nothing */
    readonly says?: string;
    /** Events that the log must have, in this order: it alone says what happened. */
    readonly events: readonly string[];
  };
}

/** What came of a drill that is no run: it is refused before it begins. */
export interface Acted {
  readonly exit: number;
  readonly message: string;
  /** What is wrong with it; empty if nothing is. */
  readonly faults: readonly string[];
}

const DAY = 24 * 3_600_000;
const SHAPE = {
  name: "orders",
  mode: "snapshot",
  paging: "cursor",
  size: 5,
  total: true,
  newestFirst: false,
  lag: 3_600_000,
  time: "iso",
  remember: 30,
  inclusive: true,
} as const;
const ADD = { do: "add", stream: "orders", count: 23 } as const;
const DROP = { do: "drop", file: "prices.csv", rows: 20, kind: "good" } as const;

/** A life with a quiet night, so that there is something to lose, and one that is disturbed. */
function life(
  night: Partial<Night>,
  shape: Partial<StreamShape> = {},
  rest: Partial<Scenario> = {},
): Scenario {
  const stream: StreamShape = { ...SHAPE, ...shape };
  const quiet: Night = { after: 0, happenings: [ADD, DROP], disturbances: [] };
  const disturbed: Night = {
    after: DAY,
    happenings: [{ ...ADD, count: 9 }],
    disturbances: [],
    ...night,
  };
  return { seed: 4, streams: [stream], files: true, nights: [quiet, disturbed], ...rest };
}

function http(fault: (Disturbance & { do: "http" })["fault"], request: number, times: number) {
  return { do: "http", at: { request }, fault, times } as const;
}

function lost(loss: Loss): Scenario {
  return life({ loss });
}

function dropped(kind: (Happening & { do: "drop" })["kind"], file = "prices-2.csv"): Scenario {
  return life({ happenings: [{ do: "drop", file, rows: 7, kind }] });
}

/** Faults of the sandbox, whose flights are listed by links. */
function sandboxed(fault: string): Scenario {
  const night: Night = { after: 0, happenings: [], disturbances: [], sandbox: [fault] };
  return { seed: 4, streams: [], files: false, sandbox: true, nights: [night] };
}

/** Every drill; each is the same every time. */
export const DRILLS: readonly Drill[] = [
  {
    name: "flapping-api",
    happens: "The API answers, breaks the connection, is busy, and answers again.",
    should: "Each failed attempt is made again, and nothing is missing.",
    scenario: life({ disturbances: [http("refused", 2, 1), http("503", 4, 2), http("500", 8, 1)] }),
    expected: { exit: 0, code: "http-reset", events: ["request-failed", "stream-ended"] },
  },
  {
    name: "rate-limit-storm",
    happens: "The API answers 429 again and again, and asks for a wait each time.",
    should: "It waits as it is asked to, no less, and gets everything.",
    scenario: life({ disturbances: [http("429", 2, 3)] }),
    expected: { exit: 0, code: "http-status", events: ["request-failed", "stream-ended"] },
  },
  {
    name: "outage",
    happens: "The API is down for longer than all retries.",
    should: "The stream fails with its position saved; the files are taken in all the same.",
    scenario: life({ disturbances: [http("500", 3, 99)] }),
    expected: { exit: 1, code: "http-status", events: ["request-failed", "stream-ended-early"] },
  },
  {
    name: "expired-token",
    happens: "The token expires in the middle of the read: 401 from the third request on.",
    should: "No retry: it fails at once, and says which variable to look at.",
    scenario: life({ disturbances: [http("expired", 3, 99)] }),
    expected: {
      exit: 1,
      code: "http-auth",
      says: "check the variable SANDBOX_TOKEN",
      events: ["request-failed", "stream-ended-early"],
    },
  },
  {
    name: "dns-failure",
    happens: "The host's name is not known any more.",
    should: "It is tried again, then the stream fails; what was published stays.",
    scenario: life({ disturbances: [http("dns", 1, 99)] }),
    expected: {
      exit: 1,
      code: "http-unreachable",
      events: ["request-failed", "stream-ended-early"],
    },
  },
  {
    name: "tls-failure",
    happens: "The server shows a certificate that is not trusted.",
    should: "No retry: it fails at once.",
    scenario: life({ disturbances: [http("tls", 1, 99)] }),
    expected: { exit: 1, code: "http-tls", events: ["request-failed", "stream-ended-early"] },
  },
  {
    name: "slow-answers",
    happens: "Two answers take longer than the timeout.",
    should: "The attempts are given up and made again.",
    scenario: life({ disturbances: [http("slow", 2, 2)] }),
    expected: { exit: 0, code: "http-timeout", events: ["request-failed", "stream-ended"] },
  },
  {
    name: "poisoned-page",
    happens: "One page is cut off in the middle of a record, however often it is asked for.",
    should: "The pages before it are kept, the stream fails, and the next run goes on from there.",
    scenario: life({ disturbances: [http("truncated", 4, 99)] }),
    expected: {
      exit: 1,
      code: "http-body-invalid",
      events: ["request-failed", "stream-ended-early"],
    },
  },
  {
    name: "login-page",
    happens: "The API answers 200 with a login page.",
    should: "An HTML page is no answer: it is tried again, then the stream fails.",
    scenario: life({ disturbances: [http("html200", 2, 99)] }),
    expected: {
      exit: 1,
      code: "http-content-type",
      events: ["request-failed", "stream-ended-early"],
    },
  },
  {
    name: "error-in-200",
    happens: "The API answers 200 with an error and no records.",
    should: "The error is seen; an empty answer does not replace the good snapshot.",
    scenario: life({ disturbances: [http("error200", 1, 99)] }),
    expected: {
      exit: 1,
      code: "http-body-error",
      events: ["request-failed", "stream-ended-early"],
    },
  },
  {
    name: "capped-total",
    happens: "The API declares three records more than it lists.",
    should: "The stream is partial, and readers stay on the complete snapshot.",
    scenario: life({ disturbances: [http("miscount", 1, 99)] }),
    expected: { exit: 2, code: "total-not-read", events: ["stream-decided", "stream-ended"] },
  },
  {
    name: "endless-pagination",
    happens: "From its third page on a listing leads back to an earlier one.",
    should: "The circle is noticed; what came is kept, and the stream is partial.",
    scenario: sandboxed("flights:endless=loop@page3"),
    expected: { exit: 2, code: "page-repeated", events: ["stream-decided", "stream-ended"] },
  },
  {
    name: "moving-listing",
    happens: "Records are deleted while pages are read by offset, so that others move up.",
    should: "The listing is read again until two readings agree.",
    scenario: life({
      disturbances: [{
        do: "move",
        at: { request: 3 },
        happening: { do: "delete", stream: "orders", pick: 1 },
      }],
    }, { paging: "offset" }),
    expected: { exit: 0, events: ["listing-moved", "stream-ended"] },
  },
  {
    name: "broken-record",
    happens: "A record comes without its key.",
    should: "It goes to quarantine with its bytes; the others are published.",
    scenario: life({ happenings: [ADD, { do: "break", stream: "orders" }] }),
    expected: { exit: 0, code: "record-key-missing", events: ["record-rejected", "stream-ended"] },
  },
  {
    name: "late-record",
    happens: "A record becomes visible half an hour after its own time.",
    should: "The lag covers it: the next night finds it, once.",
    scenario: life({ happenings: [{ ...ADD, count: 3, late: 1_800_000 }] }, {
      mode: "incremental",
    }),
    expected: { exit: 0, events: ["stream-ended", "run-ended"] },
  },
  {
    name: "clock-skew",
    happens: "The machine's clock is set back by two hours in the middle of the run.",
    should: "Ids, watermark and waits do not go back with it.",
    scenario: life({
      disturbances: [{ do: "clock", at: { request: 2 }, ms: -7_200_000 }],
    }, { mode: "incremental" }),
    expected: { exit: 0, events: ["stream-ended", "run-ended"] },
  },
  {
    name: "schema-drift",
    happens: "The vendor swaps two columns.",
    should: "The file goes to quarantine as a whole: no value lands in another column.",
    scenario: dropped("header"),
    expected: { exit: 0, code: "file-header", events: ["file-rejected", "stream-ended"] },
  },
  {
    name: "wrong-encoding",
    happens: "A file has a byte that is not UTF-8.",
    should: "The file goes to quarantine, and its place is said.",
    scenario: dropped("encoding"),
    expected: { exit: 0, code: "file-encoding", events: ["file-rejected", "stream-ended"] },
  },
  {
    name: "corrupt-gzip",
    happens: "A compressed file ends too early.",
    should: "Not one of its rows is published; the file goes to quarantine.",
    scenario: dropped("gzip", "prices-2.csv.gz"),
    expected: { exit: 0, code: "file-corrupt", events: ["file-rejected", "stream-ended"] },
  },
  {
    name: "empty-file",
    happens: "The vendor leaves an empty file.",
    should: "It is rejected, and the run goes on.",
    scenario: dropped("empty"),
    expected: { exit: 0, code: "file-empty", events: ["file-rejected", "stream-ended"] },
  },
  {
    name: "duplicate-delivery",
    happens: "A file is delivered again under another name.",
    should: "It is known by its content: no row is published twice.",
    scenario: life({ happenings: [{ do: "copy", pick: 0 }] }),
    expected: { exit: 0, events: ["file-duplicate", "stream-ended"] },
  },
  {
    name: "half-written-file",
    happens: "The vendor is still writing a file when it is read.",
    should: "It waits for the next run, and is published once it is whole.",
    scenario: life({
      happenings: [{ do: "drop", file: "late.csv", rows: 6, kind: "good" }],
      disturbances: [{ do: "move", at: { read: 6 }, happening: { do: "grow", pick: 1 } }],
    }),
    expected: { exit: 0, events: ["file-waiting", "stream-ended"] },
  },
  {
    name: "disk-full",
    happens: "The disk is full from the first write on.",
    should: "The streams fail; nothing that was published is touched.",
    scenario: life({
      disturbances: [{
        do: "disk",
        at: { step: 1, on: "_tmp/" },
        error: "ENOSPC",
        times: 999,
        on: "_tmp/",
      }],
    }),
    expected: { exit: 1, code: "storage-full", events: ["stream-ended-early", "run-ended"] },
  },
  {
    name: "unreadable-lake",
    happens: "The lake may not be written to any more.",
    should: "The run fails and says which path.",
    scenario: life({
      disturbances: [{
        do: "disk",
        at: { step: 1, on: "_tmp/" },
        error: "EACCES",
        times: 999,
        on: "_tmp/",
      }],
    }),
    expected: { exit: 1, code: "storage-denied", events: ["stream-ended-early", "run-ended"] },
  },
  {
    name: "locked-database",
    happens: "Another program holds the audit database's lock for a moment.",
    should: "What could not be committed is not taken as done.",
    scenario: life({
      disturbances: [{ do: "database", at: { commit: 6 }, error: "busy", times: 2 }],
    }),
    expected: { exit: 1, code: "database-busy", events: ["stream-ended-early"] },
  },
  {
    name: "failing-database",
    happens: "The audit database cannot be written: its disk fails.",
    should: "The run fails; memory holds what the last transaction committed.",
    scenario: life({
      disturbances: [{ do: "database", at: { commit: 6 }, error: "io", times: 2 }],
    }),
    expected: { exit: 1, code: "database-io", events: ["stream-ended-early"] },
  },
  {
    name: "lost-database",
    happens: "The audit database is gone.",
    should: "The lake belongs to another one now: nothing runs, exit code 78.",
    scenario: lost("audit"),
    expected: { exit: 78, events: [] },
  },
  {
    name: "lost-lake",
    happens: "The lake's disk is not mounted: its folder is empty.",
    should: "No stream is read, and nothing is called complete.",
    scenario: lost("lake"),
    expected: { exit: 1, code: "lake-damaged", events: ["stream-blocked", "run-ended"] },
  },
  {
    name: "altered-part",
    happens: "Somebody appended a byte to a published file.",
    should: "The stream is blocked until the file is brought back; the others go on.",
    scenario: lost("altered-part"),
    expected: { exit: 1, code: "lake-damaged", events: ["stream-blocked", "run-ended"] },
  },
  {
    name: "foreign-lake",
    happens: "The configuration names a lake of another pipeline.",
    should: "Nothing runs, exit code 78.",
    scenario: lost("foreign-lake"),
    expected: { exit: 78, events: [] },
  },
  {
    name: "kill-in-publish",
    happens: "The process is killed between two renames of a publication.",
    should: "The next run finishes what was decided: every file is there once.",
    scenario: life({ disturbances: [{ do: "kill", at: { step: 2, on: "/raw/" } }] }),
    expected: { exit: null, events: ["run-started", "stream-decided"] },
  },
  {
    name: "power-failure",
    happens: "The power fails while pages are read; of what was not flushed, nothing survives.",
    should: "The next run resumes from the last checkpoint.",
    scenario: life({ disturbances: [{ do: "power", at: { request: 4 }, keep: 0 }] }),
    expected: { exit: null, events: ["run-started"] },
  },
  {
    name: "stop-signal",
    happens: "SIGTERM comes in the middle of the read.",
    should: "Exit code 75 with the position saved; the next run goes on under the same id.",
    scenario: life({ disturbances: [{ do: "signal", at: { request: 3 } }] }),
    expected: { exit: 75, code: "suspended-signal", events: ["stream-suspended", "run-ended"] },
  },
  {
    name: "second-run",
    happens: "The scheduler starts the pipeline again before it has ended.",
    should: "The second run is refused, and the first one is not disturbed.",
    scenario: life({ disturbances: [{ do: "second-run", at: { request: 2 } }] }),
    expected: { exit: 0, events: ["stream-ended", "run-ended"] },
  },
  {
    name: "malformed-configuration",
    happens: "A key of the YAML is mistyped.",
    should: "Nothing runs; one message says where, and what was expected: exit code 78.",
    scenario: mistyped,
    expected: { exit: 78, events: [] },
  },
  {
    name: "hostile-dependency",
    happens: "A package reads files, variables and hosts that are none of its business.",
    should: "The runtime denies each: a run may touch what its configuration names.",
    scenario: hostile,
    expected: { exit: 0, events: [] },
  },
];

async function mistyped(): Promise<Acted> {
  const world = new Life(life({}), {});
  using _platform = world.begin();
  const path = "/simulated/pipeline/shop.yaml";
  world.disk.put(path, "name: shop\nsources:\n  - { name: vendor, type: files, pth: inbox }\n");
  try {
    await loadConfig(path, { env: () => undefined });
    return { exit: 0, message: "", faults: ["it was accepted"] };
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    const { message, code } = error;
    const isGood = code === "config-invalid" && message.includes('did you mean "path"');
    return { exit: 78, message, faults: isGood ? [] : ["the message does not say what is wrong"] };
  }
}

async function hostile(): Promise<Acted> {
  const configPath = `${PROJECT_ROOT}/data/pipeline.yaml`;
  const config = await loadConfig(configPath, {
    env: (name) => name === "SANDBOX_TOKEN" ? "x" : undefined,
    root: PROJECT_ROOT,
  });
  const { args } = launchPlan(config, {
    root: PROJECT_ROOT,
    configPath,
    environment: [],
    sandboxUrl: "http://127.0.0.1:9",
  });
  const flags = args.slice(0, args.findIndex((arg) => arg.endsWith(".ts")));
  const script = fromFileUrl(new URL("_hostile.ts", import.meta.url));
  const { stdout } = await new Deno.Command("deno", { args: [...flags, script] }).output();
  const message = new TextDecoder().decode(stdout).trim();
  const faults = message.split("\n").filter((line) => !line.endsWith(": denied"));
  return { exit: faults.length === 0 ? 0 : 1, message, faults };
}
