import { format } from "node:util";
import type { JupyterApi } from "./_kernel.ts";

interface Batch {
  readonly name: "stdout" | "stderr";
  text: string;
}

/** Gathers console output and sends it once a turn. */
export class OutputBatches {
  readonly #api: JupyterApi;
  #batches: Batch[] = [];
  #queued = false;

  constructor(api: JupyterApi) {
    this.#api = api;
  }

  /** Takes one call of a console method. */
  put(name: Batch["name"], args: readonly unknown[]): void {
    const text = `${format(...args)}\n`;
    const last = this.#batches.at(-1);
    if (last?.name === name) last.text += text;
    else this.#batches.push({ name, text });
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => this.flush());
  }

  /** Sends what has gathered. */
  async flush(): Promise<void> {
    this.#queued = false;
    const batches = this.#batches;
    this.#batches = [];
    for (const batch of batches) await this.#api.broadcast("stream", batch);
  }
}
