import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import type { World } from "./_world.ts";

export const ITEMS = "shop.items";
export const HOUR = 3_600_000;

/** An incremental stream with a check, which a fix takes out. */
export function edit(more: string) {
  return (yaml: string) =>
    yaml.replace(
      "primary_key: [id]",
      `primary_key: [id]
        tolerance: { records: 100% }
        incremental: { field: at, format: iso, start_param: since, lag: 1h }${
        more.replaceAll("\n", "\n        ")
      }`,
    );
}

export const STRICT = edit("\nchecks: [{ column: price, min: 0 }]");
export const FIXED = edit("");

/** An item of 24 November 2026. */
export function item(id: number, hour: number, price: number) {
  return { id, at: new Date(Date.UTC(2026, 10, 24, hour)).toISOString(), price };
}

/** Ids of what readers see. */
export function ids(world: World): number[] {
  return world.rows(ITEMS).map((line) => JSON.parse(line).id).sort();
}

/** How many rejects wait for somebody. */
export function open(world: World): number {
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  const { count = 0 } = db.get<{ count: number }>(
    "SELECT coalesce(sum(count), 0) AS count FROM open_quarantine",
  ) ?? {};
  return count;
}
