import { ApiClient } from "../../api/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { WEEK_UNCOUNTED } from "./_week.ts";

interface Quake {
  readonly id: string;
  readonly properties: { readonly mag: number; readonly place: string };
}

/** Records as they come, and no request more than is read. */
export async function tellStreaming(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "A stream is a generator: nothing is fetched that nobody reads",
    "for await (const record of client.records(stream)) { … break after three … }",
  );
  await using sandbox = await startSandbox({ samples: work.sample() });
  await using client = new ApiClient({ baseUrl: `${sandbox.url}/usgs` });
  const taken: string[] = [];
  for await (const record of client.records(WEEK_UNCOUNTED, { prefetch: false })) {
    const { id, properties: { mag, place } } = record.value as Quake;
    taken.push(`${id}  magnitude ${mag}  ${place}`);
    if (taken.length === 3) break;
  }
  teller.output(taken.join("\n"));
  teller.prove(
    "a reader that stops early costs one request",
    sandbox.requests.quakes === 1,
    `${sandbox.requests.quakes} request for ${taken.length} records`,
  );
}
