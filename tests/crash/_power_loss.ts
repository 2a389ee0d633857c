import type { DiskStep } from "../../lib/files/mod.ts";

/** Thrown at the step where a test stops the run; no code of the project may catch it. */
export class SimulatedCrash extends Error {
  constructor(step: string) {
    super(`simulated crash at ${step}`);
    this.name = "SimulatedCrash";
  }
}

/** Names a step: what is done to which kind of file. */
export function describeStep(step: DiskStep): string {
  switch (step.kind) {
    case "point":
      return step.name;
    case "rename":
      return `rename ${tail(step.to)}`;
    default:
      return `${step.kind} ${tail(step.path)}`;
  }
}

/** The kind of file: all streams go through the same steps, so that one of them stands for all. */
function tail(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith("_")) return name;
  return /(?:\.rejects)?\.(?:jsonl?|csv|tmp)(?:\.gz)?$/.exec(name)?.[0] ?? "folder";
}

/**
 * Remembers what has reached the device and what has not, and can take the rest away again: unflushed bytes, new
 * names and renames in folders that were not flushed. A removal is not taken back: the removed bytes are gone, and
 * nothing that a removal precedes depends on them.
 */
export class PowerLoss {
  readonly #flushed = new Map<string, number>();
  readonly #unsettled: Exclude<DiskStep, { kind: "point" | "sync" | "sync-dir" | "remove" }>[] = [];

  /** Takes a step in; pass it to `Disk`. */
  observe(step: DiskStep): void {
    switch (step.kind) {
      case "sync":
        this.#flushed.set(step.path, step.length);
        break;
      case "create":
        this.#unsettled.push(step);
        break;
      case "rename": {
        const length = this.#flushed.get(step.from);
        if (length !== undefined) this.#flushed.set(step.to, length);
        this.#unsettled.push(step);
        break;
      }
      case "sync-dir":
        this.#settle(step.path);
        break;
    }
  }

  /** Leaves on disk only what a power loss at this moment would leave. */
  strike(): void {
    for (const step of this.#unsettled.reverse()) {
      if (step.kind === "rename") ignoreMissing(() => Deno.renameSync(step.to, step.from));
      else ignoreMissing(() => Deno.removeSync(step.path, { recursive: true }));
    }
    for (const [path, length] of this.#flushed) {
      ignoreMissing(() => {
        if (Deno.statSync(path).size > length) Deno.truncateSync(path, length);
      });
    }
  }

  #settle(folder: string): void {
    for (let at = this.#unsettled.length - 1; at >= 0; at--) {
      const step = this.#unsettled[at];
      if (step !== undefined && folderOf(step.kind === "rename" ? step.to : step.path) === folder) {
        this.#unsettled.splice(at, 1);
      }
    }
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function ignoreMissing(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
