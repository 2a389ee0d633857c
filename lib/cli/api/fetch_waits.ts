import type { NotBefore, WaitStore } from "../../api/mod.ts";
import { maskSecrets } from "../../logging/mod.ts";
import { type OriginWait, savedWait } from "./_saved_position.ts";

/** Keeps what the server asked for next to a fetch that was stopped, so that the next one does not come too early. */
export class FetchWaits implements WaitStore {
  readonly #path: string;
  /** The last wait of this attempt. */
  held: OriginWait | undefined;
  /** Called when there is another one: it has to be kept at once, as the process may be killed while it waits. */
  onSet = (): void => {};

  /** @param path Of the file that is fetched. */
  constructor(path: string) {
    this.#path = path;
  }

  get(origin: string): NotBefore | undefined {
    const saved = savedWait(this.#path);
    if (saved?.origin !== origin) return undefined;
    return this.held = saved;
  }

  set(origin: string, { until, reason }: NotBefore): void {
    this.held = { origin, until, reason: maskSecrets(reason) };
    this.onSet();
  }
}
