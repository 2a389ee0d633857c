import type { JupyterApi, ResultHook } from "./_kernel.ts";
import { OutputBatches } from "./_output_batches.ts";

/** Ms for which a cell's reply is held back, so that the kernel's queue of outputs runs dry before it. */
const HOLD = 20;

/** Waits; on a busy machine for longer, since the thread that sends gets its turn as late as this one. */
async function hold(): Promise<void> {
  const started = performance.now();
  await delay(HOLD);
  const late = performance.now() - started - HOLD;
  if (late > 1) await delay(Math.min(10 * late, 1000));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Keeps a front end from losing outputs and the kernel from hanging (Deno 2.8 to 2.9).
 *
 * The kernel says that it is idle before it has sent all outputs, and front ends drop what comes later: so each reply
 * waits a moment, and console output goes out once a turn instead of once a line. An uncaught error in a timer or a
 * promise would block the kernel for good: so it is reported and the kernel lives.
 */
export function keepOutputs(api: JupyterApi, hook: ResultHook): void {
  const batches = new OutputBatches(api);
  const put = (name: "stdout" | "stderr") => (...args: unknown[]) => batches.put(name, args);
  const [out, err] = [put("stdout"), put("stderr")];
  Object.assign(globalThis.console, { log: out, info: out, debug: out, warn: err, error: err });
  const display = api.display.bind(api);
  api.display = async (thing, options) => {
    await batches.flush();
    await display(thing, options);
  };
  const broadcastResult = hook.broadcastResult.bind(hook);
  hook.broadcastResult = async (executionCount, result) => {
    await batches.flush();
    await broadcastResult(executionCount, result);
    await hold();
  };
  addEventListener("error", (event) => {
    event.preventDefault();
    err("Uncaught in the background:", event.error ?? event.message);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    err("Unhandled rejection in the background:", event.reason);
  });
}
