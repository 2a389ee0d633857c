import type { MediaBundle } from "./displayable.ts";

/** The parts of `Deno.jupyter` that are used here; its types are not in every build. */
export interface JupyterApi {
  display(thing: unknown, options?: { raw?: boolean }): Promise<void>;
  broadcast(type: string, content: object): Promise<void>;
}

/** The hook through which the kernel sends the value of a cell; internal to the runtime (2.9.6). */
export interface ResultHook {
  broadcastResult(executionCount: number, result: unknown): Promise<void>;
}

/** Returns the kernel's API; `undefined` outside a notebook. */
export function jupyterApi(): JupyterApi | undefined {
  try {
    return Reflect.get(Deno, "jupyter") as JupyterApi | undefined;
  } catch {
    // Outside `deno jupyter` even looking at it throws.
    return undefined;
  }
}

/** Returns the hook; `undefined` outside a notebook, or where the runtime has changed. */
export function resultHook(): ResultHook | undefined {
  const internal = Reflect.get(Deno, Reflect.get(Deno, "internal") ?? "internal");
  const jupyter = isObject(internal) ? Reflect.get(internal, "jupyter") : undefined;
  return isObject(jupyter) && "broadcastResult" in jupyter ? jupyter as ResultHook : undefined;
}

/** Displays renditions where there is a kernel. */
export async function kernelDisplay(bundle: MediaBundle): Promise<void> {
  await jupyterApi()?.display(bundle, { raw: true });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
