import { createHash } from "node:crypto";
import { Secret } from "../secrets/mod.ts";
import type { PipelineConfig } from "./pipeline_config.ts";

/**
 * Returns the identity of what a configuration means: comments, the order of keys, spelling and defaults written out
 * make no difference, nor does a credential of `auth` that was renewed. What another variable holds is part of the
 * question: its value makes a difference. Who is notified of a run, and what it is loaded into, are no part of it.
 *
 * @param selected The streams that alone are read. @default {all of them}
 */
export function configIdentity(
  { notify: _, load: __, ...config }: PipelineConfig,
  selected?: readonly string[],
): string {
  const asked = selected === undefined ? config : { config, selected };
  return createHash("sha256").update(canonical(asked)).digest("hex");
}

function canonical(value: unknown): string {
  if (value instanceof Secret) return JSON.stringify({ secret: value.name });
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.join()}}`;
}
