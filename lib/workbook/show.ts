import { type Displayable, mediaBundle } from "./displayable.ts";
import { kernelDisplay } from "./_kernel.ts";

/**
 * Displays things from the middle of a cell, in order; outside a notebook it does nothing.
 *
 * @param things Tables, charts, checks.
 */
export async function show(...things: readonly Displayable[]): Promise<void> {
  for (const thing of things) await kernelDisplay(mediaBundle(thing));
}
