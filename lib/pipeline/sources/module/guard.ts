import { pathToFileURL } from "node:url";
import { fault } from "./load.ts";

/** Root of this library: what has it in its stack is a fault of ours, unless the module is in it as well. */
const LIBRARY = new URL("../../../", import.meta.url).href;

/** What a module did outside of what it was asked for. */
export interface ModuleGuard extends Disposable {
  /** Rejects with the first fault of the module that no caller could have caught. */
  readonly fault: Promise<never>;
}

/**
 * Turns what a module leaves behind, a rejected promise or a timer that throws, into a fault of its stream; it would end
 * the whole process else, with the work of every other source.
 */
export function guardModule(module: string): ModuleGuard {
  const href = pathToFileURL(module).href;
  const failed = Promise.withResolvers<never>();
  // Nobody may be waiting for it at the time.
  failed.promise.catch(() => {});
  const onError = (event: ErrorEvent) =>
    take(event, event.error, "a timer or an event of it threw");
  const onRejection = (event: PromiseRejectionEvent) =>
    take(event, event.reason, "it left a promise that was rejected");
  function take(event: Event, reason: unknown, what: string): void {
    const stack = reason instanceof Error ? reason.stack ?? "" : "";
    if (stack.includes(LIBRARY) && !stack.includes(href)) return;
    event.preventDefault();
    failed.reject(fault(module, what, reason));
  }
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return {
    fault: failed.promise,
    [Symbol.dispose]: () => {
      globalThis.removeEventListener("error", onError);
      globalThis.removeEventListener("unhandledrejection", onRejection);
    },
  };
}
