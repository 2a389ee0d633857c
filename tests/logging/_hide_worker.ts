/** Hides texts where no secret is known, and sends them back. */
import { hideSecrets } from "../../lib/logging/mod.ts";

addEventListener("message", (event) => {
  const { data } = event as MessageEvent<string[]>;
  (self as unknown as Worker).postMessage(data.map(hideSecrets));
});
