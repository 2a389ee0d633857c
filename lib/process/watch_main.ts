import { hasTerminal, stopSignals } from "./stop_requests.ts";

/** How often the main thread is asked, in ms. */
const ASK_MS = 500;
/** Questions that it may leave unanswered. */
const MOST_UNANSWERED = 6;

/**
 * Ends this process if it was asked to stop, or its launcher is gone, and the main thread hears nothing for three
 * seconds: it may be in one statement of SQL, or in code of the user's own, that never returns.
 *
 * It takes a thread of its own, and 20 MB. That thread is no file, so that it needs no permission.
 */
export function watchMain(): Disposable {
  const code = `(${watch})(${
    JSON.stringify(stopSignals({ terminal: hasTerminal() }))
  }, ${ASK_MS}, ${MOST_UNANSWERED})`;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  worker.onmessage = () => worker.postMessage("here");
  return {
    [Symbol.dispose]() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** What that thread does; it knows nothing of this file but what it is given. */
function watch(signals: readonly Deno.Signal[], askMs: number, mostUnanswered: number): void {
  const scope = self as unknown as Worker;
  const launcher = Deno.ppid;
  let isAsked = false;
  let unanswered = 0;
  for (const signal of signals) Deno.addSignalListener(signal, () => isAsked = true);
  scope.onmessage = () => unanswered = 0;
  setInterval(() => {
    if (!isAsked && Deno.ppid === launcher) return;
    if (unanswered++ >= mostUnanswered) Deno.kill(Deno.pid, "SIGKILL");
    scope.postMessage("are you there?");
  }, askMs);
}
