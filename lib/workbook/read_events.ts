import { join } from "node:path";
import { PROGRESS_FILE } from "./append_event.ts";
import type { LearningEvent } from "./learning_event.ts";

/** What the progress file says. */
export interface EventLog {
  readonly events: readonly LearningEvent[];
  /** Lines that are no event: a kill tore them, or someone edited the file. */
  readonly unreadable: number;
}

/** Reads the progress file of a work folder; one that is not there is empty. */
export async function readEvents(work: string): Promise<EventLog> {
  const lines = (await read(join(work, PROGRESS_FILE))).split("\n").filter((line) => line !== "");
  const events = lines.map(parseEvent).filter((event) => event !== undefined);
  return { events, unreadable: lines.length - events.length };
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function parseEvent(line: string): LearningEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    return "exercise" in value && "did" in value && "at" in value
      ? value as LearningEvent
      : undefined;
  } catch {
    return undefined; // counted by the caller; the other lines stay true
  }
}
