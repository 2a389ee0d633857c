import type { FaultKind } from "../../lib/sandbox/mod.ts";

/** How a simulated stream of records is listed and read. */
export interface StreamShape {
  readonly name: string;
  /** What holds it: an API, a table of a database, or lines of a file that a module of the user's own reads. @default "api" */
  readonly of?: "table" | "lines";
  /** A feed is an API's list of changes. */
  readonly mode: "incremental" | "snapshot" | "feed";
  /** Cuts the read into spans of time. @default none */
  readonly window?: WindowShape;
  readonly paging: "cursor" | "offset" | "page" | "link" | "next_url";
  /** Records a page. */
  readonly size: number;
  /** Whether each page declares how many records there are. */
  readonly total: boolean;
  /** Whether the newest record comes first; else the oldest. */
  readonly newestFirst: boolean;
  /** How late a record may become visible, in ms; the configuration's `lag`. */
  readonly lag: number;
  /** How `updated` is written. */
  readonly time: "iso" | "epoch_ms" | "epoch_s";
  /** How many days the pipeline remembers records; its `remember`. */
  readonly remember: number;
  /** Whether the server takes "since" for "from" (else "after"). */
  readonly inclusive: boolean;
}

/** How a stream is cut into windows: of a snapshot by when a record was made, else by when it was changed. */
export interface WindowShape {
  /** Which boundaries the server counts as part of a window. */
  readonly bounds: "[)" | "[]" | "(]";
  /** Whether the configuration says so. */
  readonly declared: boolean;
  /** Records that the server gives to one query at most. */
  readonly most: number;
}

/** Something that happens in the world, whoever runs what. */
export type Happening =
  /** Records are added to a stream, each visible `late` ms after its own time. */
  | { readonly do: "add"; readonly stream: string; readonly count: number; readonly late?: number }
  /** A record changes; `pick` says which, modulo how many there are. */
  | { readonly do: "update" | "delete"; readonly stream: string; readonly pick: number }
  /** A record without its key is added. */
  | { readonly do: "break"; readonly stream: string }
  /** The vendor puts a file there, whole; into the folder of logs if `log`. */
  | {
    readonly do: "drop";
    readonly log?: true;
    readonly file: string;
    readonly rows: number;
    readonly kind: "good" | "ragged" | "header" | "empty" | "encoding" | "gzip";
  }
  /** The vendor writes on in a file; `pick` says in which. */
  | {
    readonly do: "grow" | "correct" | "copy" | "rename" | "erase" | "touch";
    readonly pick: number;
    readonly log?: true;
  };

/**
 * When something happens in a run: as the request, the change to the disk, the commit or the look at a file with this number begins. Changes may
 * be counted only of what has `on` in its path.
 */
export type Moment =
  | { readonly request: number }
  | { readonly step: number; readonly on?: string }
  | { readonly commit: number }
  | { readonly read: number };

/** Answers that are not what was asked for: faults of the sandbox, and what happens before any server answers. */
export const HTTP_FAULTS = [
  "500",
  "503",
  "429",
  "expired",
  "404",
  "refused",
  "dns",
  "tls",
  "reset",
  "truncated",
  "html200",
  "error200",
  "slow",
  "miscount",
  "short",
  "empty",
  "duplicate",
] as const satisfies readonly (FaultKind | "404" | "refused" | "dns" | "tls")[];

/** Errors of a disk. */
export const DISK_ERRORS = ["ENOSPC", "EIO", "EACCES"] as const;

/** Something that goes wrong in a run. */
export type Disturbance =
  & { readonly at: Moment }
  & (
    | { readonly do: "kill" }
    /** Of what was not flushed, a random part survives; `keep` seeds it, and 0 keeps nothing. */
    | { readonly do: "power"; readonly keep: number }
    | { readonly do: "signal" }
    /** Another run of the same pipeline is started. */
    | { readonly do: "second-run" }
    /** The machine's clock is set. */
    | { readonly do: "clock"; readonly ms: number }
    /** From here on, so many changes to the disk fail, of those to what has `on` in its path. */
    | {
      readonly do: "disk";
      readonly error: typeof DISK_ERRORS[number];
      readonly times: number;
      readonly on?: string;
    }
    /** From here on, so many looks fail of which `open`, `read`, `list` or `stat` and the path contain `on`. */
    | {
      readonly do: "unreadable";
      readonly error: "EIO" | "EACCES";
      readonly times: number;
      readonly on: string;
    }
    /** The next flush fails, once. */
    | { readonly do: "flush" }
    /** From here on, so many commits fail. */
    | { readonly do: "database"; readonly error: "full" | "busy" | "io"; readonly times: number }
    /** From this request on, so many are answered so. */
    | { readonly do: "http"; readonly fault: typeof HTTP_FAULTS[number]; readonly times: number }
    /** The world moves while it is read. */
    | { readonly do: "move"; readonly happening: Happening }
  );

/** What somebody does to lake or database between two runs, and takes back if the run after it does not end complete. */
export const LOSSES = [
  "lake",
  "audit",
  "both",
  "part",
  "altered-part",
  "old-audit",
  "old-lake",
  "foreign-lake",
  "staging",
] as const;

/** One of {@linkcode LOSSES}. */
export type Loss = typeof LOSSES[number];

/** What somebody takes back before a run, until it is done; disturbances meet only the first attempt. */
export type WayBack =
  & { readonly disturbances: readonly Disturbance[] }
  & (
    /** `pick` says which run, modulo how many there were; `advised` also does the reset that is advised afterwards. */
    | { readonly do: "retract"; readonly pick: number; readonly advised?: boolean }
    /** To when a version of a record is of that `to` picks; without it the watermark is forgotten. */
    | { readonly do: "reset"; readonly stream: string; readonly to?: number }
  );

/** A range between the times of two versions of records, modulo how many there are; without one that side is open. */
export interface BackfillRange {
  readonly stream: string;
  readonly from?: number;
  readonly until?: number;
}

/** One night: what changed since the last one, and what disturbs its run. */
export interface Night {
  /** Ms since the night before. */
  readonly after: number;
  readonly happenings: readonly Happening[];
  readonly disturbances: readonly Disturbance[];
  readonly loss?: Loss;
  readonly wayBack?: WayBack;
  /** This night a range of one stream is read again, and nothing else. */
  readonly backfill?: BackfillRange;
  /** Faults of the sandbox on this night, in its own words: `flights:503@page2`. */
  readonly sandbox?: readonly string[];
  /** Which of the life's configurations holds from now on. */
  readonly config?: ConfigChange;
}

/** A change of the configuration, by its author. */
export type ConfigChange = "page-size" | "tolerance" | "min-age";

/** A whole life of nights; nothing in it is left to chance. */
export interface Scenario {
  readonly seed: number;
  readonly streams: readonly StreamShape[];
  /** Whether a vendor leaves files. */
  readonly files: boolean;
  /** Whether small files are put together in the lake. @default false */
  readonly merged?: boolean;
  /** Whether larger files are split in the lake. @default false */
  readonly split?: boolean;
  /** Whether somebody leaves logs. @default false */
  readonly logs?: boolean;
  /** Whether the sandbox's three APIs are read too. @default false */
  readonly sandbox?: boolean;
  readonly nights: readonly Night[];
}
