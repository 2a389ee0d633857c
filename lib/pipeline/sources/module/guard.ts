import { pathToFileURL } from "node:url";
import { writeError } from "../../../io/mod.ts";
import { escapeControls } from "../../../terminal/mod.ts";
import { fault } from "./load.ts";

/** What a module did outside of what it was asked for. */
export interface ModuleGuard extends Disposable {
  /** Rejects with the first fault of the module that no caller could have caught. */
  readonly fault: Promise<never>;
}

/** Where the faults of each module go that is guarded, or was: its timers outlive its streams. */
const TAKERS = new Map<string, ((error: Error) => void) | undefined>();
const GUARDS = new Map<string, ModuleGuard>();

/**
 * Turns what a module leaves behind, a rejected promise or a timer that throws, into a fault of its stream; it would end
 * the whole process else, with the work of every other source. Guard it before it is loaded.
 *
 * @returns The guard of this run; once it is disposed of, a fault is only told on standard error.
 */
export function guardModule(module: string): ModuleGuard {
  const href = pathToFileURL(module).href;
  const known = GUARDS.get(href);
  if (known !== undefined) return known;
  if (!TAKERS.has(href)) listen(module, href);
  const failed = Promise.withResolvers<never>();
  // Nobody may be waiting for it at the time.
  failed.promise.catch(() => {});
  TAKERS.set(href, failed.reject);
  const guard = {
    fault: failed.promise,
    [Symbol.dispose]: () => {
      TAKERS.set(href, undefined);
      GUARDS.delete(href);
    },
  };
  GUARDS.set(href, guard);
  return guard;
}

function listen(module: string, href: string): void {
  const take = (event: Event, reason: unknown, what: string): void => {
    if (!isOf(href, reason)) return;
    const isTaken = event.defaultPrevented;
    event.preventDefault();
    const error = fault(module, what, reason);
    const taker = TAKERS.get(href);
    if (taker !== undefined) taker(error);
    else if (!isTaken) writeError(`${escapeControls(error.message)}\n`);
  };
  globalThis.addEventListener("error", (event) => {
    take(event, event.error, "a timer or an event of it threw");
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    take(event, event.reason, "it left a promise that was rejected");
  });
}

/** Whether a fault is of a module: it is in the stack, or nothing there is a file of anyone else, packages aside. */
function isOf(href: string, reason: unknown): boolean {
  let stack = "";
  try {
    if (reason instanceof Error) stack = String(reason.stack).replace(String(reason.message), "");
  } catch {
    return true; // Only code that means to mislead makes an error that cannot be looked at.
  }
  const files = stack.match(/file:\/\/.*/g) ?? [];
  return stack.includes(href) || files.every((file) => /\/(?:npm|node_modules)\//.test(file));
}
