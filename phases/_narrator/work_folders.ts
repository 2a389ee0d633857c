import { join, relative } from "node:path";
import type { PhaseNumber } from "./story.ts";
import { jsonDocument } from "../../lib/terminal/mod.ts";

/** Options of {@linkcode WorkFolders}. */
export interface WorkFoldersOptions {
  /** Root of the project: the folder of deno.json. */
  readonly root: string;
  /** Folder of the work folders. @default `<root>/data/results` */
  readonly work?: string;
}

const RESULT = "result.json";

/** The folders with the results of the phases: `data/results/00` to `data/results/06`. */
export class WorkFolders {
  readonly root: string;
  /** Folder of the work folders. */
  readonly work: string;

  /** Creates nothing yet. */
  constructor(options: WorkFoldersOptions) {
    this.root = options.root;
    this.work = options.work ?? join(options.root, "data/results");
  }

  path(phase: PhaseNumber, ...names: readonly string[]): string {
    return join(this.work, String(phase).padStart(2, "0"), ...names);
  }

  /** Returns a path among the committed samples. */
  sample(...names: readonly string[]): string {
    return join(this.root, "data/samples", ...names);
  }

  /** Writes a path as a person at the project's root would type it. */
  show(path: string): string {
    const below = relative(this.root, path);
    return below.startsWith("..") ? path : below;
  }

  /** Gives a phase an empty folder; its earlier result is gone from then on. */
  async begin(phase: PhaseNumber): Promise<void> {
    await Deno.remove(this.path(phase), { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(this.path(phase), { recursive: true });
  }

  /** Keeps the result of a phase, as its last step: a folder with a result is complete. */
  async finish(phase: PhaseNumber, result: object): Promise<void> {
    const half = this.path(phase, `${RESULT}.tmp`);
    await Deno.writeTextFile(half, jsonDocument(result));
    await Deno.rename(half, this.path(phase, RESULT));
  }

  /** Says whether a phase has left a result. */
  async has(phase: PhaseNumber): Promise<boolean> {
    try {
      return (await Deno.stat(this.path(phase, RESULT))).isFile;
    } catch (error) {
      ignoreMissing(error);
      return false;
    }
  }

  /**
   * Reads the result of a phase.
   *
   * @typeParam T What that phase's story returned; its type is next to the story.
   */
  async result<T extends object>(phase: PhaseNumber): Promise<T> {
    return JSON.parse(await Deno.readTextFile(this.path(phase, RESULT))) as T;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
