import { DatabaseError, type IngestError, SuspendedError } from "../../lib/errors/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import type { RunSummary } from "../../lib/pipeline/mod.ts";
import type { HttpFault } from "./_api_world.ts";
import { CHANGING, type DiskVerb } from "./_disk.ts";
import type { Disturbance, Happening, Moment } from "./_scenario.ts";
import type { VirtualTime } from "./_time.ts";

/** Thrown where the machine stops; nothing that runs on it may act on it. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

/** What came of a run that was not ended from outside. */
export type RunResult =
  | { readonly summary: RunSummary; readonly error: undefined }
  | { readonly summary: undefined; readonly error: unknown };

type Moments = Record<"request" | "step" | "commit" | "read", number>;

/** What a machine can do to the world. */
export interface MachineOptions {
  readonly time: VirtualTime;
  readonly happen: (happening: Happening) => void;
  readonly start: () => Promise<RunResult>;
}

/** The machine of one run: counts what it does, and disturbs it when it is time. */
export class Machine {
  /** How it was stopped, if it was. */
  death: "kill" | "power" | undefined;
  /** Seeds what a power loss leaves. */
  keep = 0;
  /** Another run, if one was started. */
  second: Promise<RunResult> | undefined;
  requests = 0;
  steps = 0;
  commits = 0;
  readonly #stop = new AbortController();
  readonly #waiting: Disturbance[];
  readonly #about: MachineOptions;
  #http: { readonly fault: HttpFault; left: number } | undefined;
  #disk: { readonly error: string; readonly on: string; left: number } | undefined;
  #unreadable: { readonly error: string; readonly on: string; left: number } | undefined;
  #database: { readonly error: "full" | "busy" | "io"; left: number } | undefined;
  #reads = 0;
  #flush = false;
  readonly #counts = new Map<Moment, number>();

  constructor(disturbances: readonly Disturbance[], about: MachineOptions) {
    this.#waiting = [...disturbances];
    this.#about = about;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  beforeRequest(request: string): HttpFault | undefined {
    this.#live();
    this.#reach("request", ++this.requests);
    void request;
    if (this.#http === undefined || this.#http.left-- <= 0) return undefined;
    return this.#http.fault;
  }

  beforeDisk(verb: DiskVerb, path: string): void {
    this.#live();
    if (!CHANGING.has(verb)) return this.#look(`${verb} ${path}`);
    this.#reach("step", ++this.steps, path);
    if (this.#flush && (verb === "sync" || verb === "sync-dir")) {
      this.#flush = false;
      throw diskError("EIO", path);
    }
    if (this.#disk === undefined || this.#disk.left <= 0) return;
    const { error, on } = this.#disk;
    if (!path.includes(on)) return;
    const needsSpace = verb === "create" || verb === "write" || verb === "mkdir";
    if (error === "ENOSPC" && !needsSpace) return;
    if (error === "EACCES" && (verb === "write" || verb === "sync" || verb === "sync-dir")) return;
    this.#disk.left--;
    throw diskError(error, path);
  }

  #look(path: string): void {
    this.#reach("read", ++this.#reads, path);
    const fault = this.#unreadable;
    if (fault === undefined || fault.left <= 0 || !path.includes(fault.on)) return;
    fault.left--;
    throw diskError(fault.error, path);
  }

  observe(step: DiskStep): void {
    this.#live();
    if (step.kind !== "point") return;
    this.#reach("commit", ++this.commits);
    if (this.#database === undefined || !step.name.endsWith(":before-commit")) return;
    if (this.#database.left-- > 0) throw databaseError(this.#database.error, step.name);
  }

  /** A machine that has stopped does nothing any more. */
  #live(): void {
    if (this.death !== undefined) throw new SimulatedCrash(this.death);
  }

  #reach(kind: keyof Moments, count: number, path = ""): void {
    for (let at = 0; at < this.#waiting.length; at++) {
      const disturbance = this.#waiting[at];
      if (disturbance === undefined || !this.#isReached(disturbance.at, { kind, count, path })) {
        continue;
      }
      this.#waiting.splice(at--, 1);
      this.#disturb(disturbance);
    }
    this.#live();
  }

  #isReached(
    at: Moment,
    now: {
      readonly kind: keyof Moments;
      readonly count: number;
      readonly path: string;
    },
  ): boolean {
    if ("request" in at) return now.kind === "request" && now.count >= at.request;
    if ("commit" in at) return now.kind === "commit" && now.count >= at.commit;
    if ("read" in at) return now.kind === "read" && now.count >= at.read;
    if (now.kind !== "step") return false;
    if (at.on === undefined) return now.count >= at.step;
    if (!now.path.includes(at.on)) return false;
    const count = (this.#counts.get(at) ?? 0) + 1;
    this.#counts.set(at, count);
    return count >= at.step;
  }

  #disturb(disturbance: Disturbance): void {
    switch (disturbance.do) {
      case "kill":
        this.death = "kill";
        return;
      case "power":
        this.death = "power";
        this.keep = disturbance.keep;
        return;
      case "signal":
        return this.#stop.abort(
          new SuspendedError(
            "suspended-signal",
            "Cannot finish: SIGTERM asked it to stop; start it again",
          ),
        );
      case "second-run":
        // Not in the middle of what this one does.
        this.second ??= Promise.resolve().then(() => this.#about.start());
        return;
      case "clock":
        this.#about.time.jump(disturbance.ms);
        return;
      case "disk":
        this.#disk = {
          error: disturbance.error,
          on: disturbance.on ?? "",
          left: disturbance.times,
        };
        return;
      case "unreadable":
        this.#unreadable = {
          error: disturbance.error,
          on: disturbance.on,
          left: disturbance.times,
        };
        return;
      case "flush":
        this.#flush = true;
        return;
      case "database":
        this.#database = { error: disturbance.error, left: disturbance.times };
        return;
      case "http":
        this.#http = { fault: disturbance.fault, left: disturbance.times };
        return;
      case "move":
        return this.#about.happen(disturbance.happening);
    }
  }
}

function diskError(code: string, path: string): Error {
  switch (code) {
    case "EACCES":
      return Object.assign(new Deno.errors.PermissionDenied(`permission denied: ${path}`), {
        code,
      });
    case "ENOSPC":
      return Object.assign(new Error(`No space left on device (os error 28): ${path}`), { code });
    default:
      return Object.assign(new Error(`Input/output error (os error 5): ${path}`), { code });
  }
}

/** SQLite says of a full disk that it is an error of the disk. */
function databaseError(kind: "full" | "busy" | "io", at: string): IngestError {
  return new DatabaseError(
    kind === "busy" ? "database-busy" : "database-io",
    `Cannot commit transaction at ${at}: simulated${kind === "full" ? ", the disk is full" : ""}`,
  );
}
