import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import type { SoakReport } from "./adversary/_soak_client.ts";
import { faultOf, PAGE_SIZE } from "./adversary/_soak_records.ts";

const ignore = !granted("net", "run");
const SEED = 20_260_101;

/**
 * Lets V8 collect garbage rather than grow. By default it lets garbage lie for as long as the machine has memory, and
 * the peak says little about what is needed.
 */
const TIDY = "--v8-flags=--optimize-for-size";

function script(name: string, ...args: string[]): Deno.Command {
  const path = new URL(`./adversary/${name}`, import.meta.url).href;
  const flags = ["--quiet", "--no-lock", "--no-prompt", "--allow-net=127.0.0.1", TIDY];
  return new Deno.Command("deno", {
    args: ["run", ...flags, path, ...args],
    stdout: "piped",
    stderr: "inherit",
  });
}

/** Reads a stream of so many pages by a client process from a server process. */
async function soak(pages: number): Promise<SoakReport> {
  const server = script("_soak_server.ts", `${pages}`, `${SEED}`).spawn();
  try {
    const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const port = (await reader.read()).value?.trim();
    await reader.cancel();
    const client = await script("_soak_client.ts", `http://127.0.0.1:${port}`).output();
    assertEquals(client.code, 0);
    return JSON.parse(new TextDecoder().decode(client.stdout));
  } finally {
    server.kill();
    await server.status;
  }
}

/** How many pages meet a fault. */
function faults(pages: number): number {
  let count = 0;
  for (let page = 1; page <= pages; page++) if (faultOf(page, SEED) > 0) count++;
  return count;
}

Deno.test({
  name: "ApiClient.pages() reads 2,000,000 records once and in order when 5 % of 20,000 pages fail",
  ignore,
  async fn() {
    const small = await soak(2000);
    const large = await soak(20_000);
    for (const [report, pages] of [[small, 2000], [large, 20_000]] as const) {
      const { records, wrongAt, retries, end } = report;
      const total = pages * PAGE_SIZE;
      assertEquals([records, wrongAt, report.pages], [total, 0, pages]);
      assertEquals([end.read, end.total, end.proven, end.skippedPages], [total, total, true, 0]);
      // Where an idle connection was hung up, the runtime itself asks again: such faults cost no attempt.
      const met = faults(pages);
      assert(met > pages * 0.04 && met < pages * 0.06, `${met} faults`);
      assert(retries > met * 0.8 && retries < met * 1.1, `${retries} retries, ${met} faults`);
    }
    const ratio = large.peak / small.peak;
    assert(ratio <= 1.2, `${large.peak} bytes for 2,000,000 records, ${small.peak} for 200,000`);
  },
});
