/**
 * Properties: `fast-check`, with the same cases in each quick run, so that a failure tells of the change and not of the
 * day. `deno task test:every` tries others every day.
 *
 * @module
 */

import fc from "fast-check";
import { EVERY_CASE } from "./_sample.ts";

const DAY_MS = 86_400_000;
const FIXED_SEED = 20_261_127;

fc.configureGlobal({ seed: EVERY_CASE ? Math.floor(Date.now() / DAY_MS) : FIXED_SEED });

export { default } from "fast-check";
