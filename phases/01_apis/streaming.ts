import { ApiClient } from "../../lib/api/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import { WEEK_UNCOUNTED } from "./week.ts";

interface Quake {
  readonly id: string;
  readonly properties: { readonly mag: number; readonly place: string };
}

/** Takes three records of a listing of four pages, and counts the requests. */
export async function takeThree(
  work: WorkFolders,
): Promise<{ readonly taken: readonly string[]; readonly requests: number }> {
  await using sandbox = await startSandbox({ samples: work.sample() });
  await using client = new ApiClient({ baseUrl: `${sandbox.url}/usgs` });
  const taken: string[] = [];
  for await (const record of client.records(WEEK_UNCOUNTED, { prefetch: false })) {
    const { id, properties: { mag, place } } = record.value as Quake;
    taken.push(`${id}  magnitude ${mag}  ${place}`);
    if (taken.length === 3) break;
  }
  return { taken, requests: sandbox.requests.quakes };
}
