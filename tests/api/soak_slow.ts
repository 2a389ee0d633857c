import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import type { BareReport } from "./adversary/_soak_bare.ts";
import type { SoakReport } from "./adversary/_soak_client.ts";
import { faultOf, PAGE_SIZE } from "./adversary/_soak_records.ts";

const ignore = !granted("net", "run");
const SEED = 20_260_101;

/**
 * Lets V8 collect garbage rather than grow. By default it lets garbage lie for as long as the machine has memory, and
 * the peak says little about what is needed.
 */
const TIDY = "--v8-flags=--optimize-for-size";

function script(name: string, args: readonly string[], flags: readonly string[]): Deno.Command {
  const path = new URL(`./adversary/${name}`, import.meta.url).href;
  const fixed = ["--quiet", "--no-lock", "--no-prompt", "--allow-net=127.0.0.1"];
  return new Deno.Command("deno", {
    args: ["run", ...fixed, ...flags, path, ...args],
    stdout: "piped",
    stderr: "inherit",
  });
}

/** Reads a stream of so many pages by a process of the given script from a server process. */
async function soak<T>(reader: string, pages: number, ...flags: readonly string[]): Promise<T> {
  const server = script("_soak_server.ts", [`${pages}`, `${SEED}`], []).spawn();
  try {
    const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const port = (await lines.read()).value?.trim();
    await lines.cancel();
    const { code, stdout } = await script(reader, [`http://127.0.0.1:${port}`], flags).output();
    assertEquals(code, 0);
    return JSON.parse(new TextDecoder().decode(stdout));
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

/** Asserts that every record came once and in order, and that the faults were met. */
function assertWhole(report: SoakReport, pages: number): void {
  const { records, wrongAt, retries, end } = report;
  const total = pages * PAGE_SIZE;
  assertEquals([records, wrongAt, report.pages], [total, 0, pages]);
  assertEquals([end.read, end.total, end.proven, end.skippedPages], [total, total, true, 0]);
  // Where an idle connection was hung up, the runtime itself asks again: such faults cost no attempt.
  const met = faults(pages);
  assert(met > pages * 0.04 && met < pages * 0.06, `${met} faults`);
  assert(retries > met * 0.8 && retries < met * 1.1, `${retries} retries, ${met} faults`);
}

Deno.test({
  name: "ApiClient.pages() reads 2,000,000 records once and in order when 5 % of 20,000 pages fail",
  ignore,
  async fn() {
    const small = await soak<SoakReport>("_soak_client.ts", 2000, TIDY);
    const large = await soak<SoakReport>("_soak_client.ts", 20_000, TIDY);
    assertWhole(small, 2000);
    assertWhole(large, 20_000);
    const ratio = large.peak / small.peak;
    assert(ratio <= 1.2, `${large.peak} bytes for 2,000,000 records, ${small.peak} for 200,000`);
  },
});

Deno.test({
  name:
    "ApiClient.pages() takes no larger a multiple of a bare loop's memory at 2,000,000 records than at 200,000",
  ignore,
  async fn() {
    const multiples: number[] = [];
    for (const pages of [2000, 20_000]) {
      const bare = await soak<BareReport>("_soak_bare.ts", pages);
      const client = await soak<SoakReport>("_soak_client.ts", pages);
      assertEquals(bare.records, client.records);
      console.log(`${client.records} records: bare loop ${bare.peak}, client ${client.peak} bytes`);
      multiples.push(client.peak / bare.peak);
    }
    // By default V8 lets garbage lie, and the bare loop's memory grows too; the client's share must not.
    const [small = 0, large = 0] = multiples;
    assert(large <= small, `${large} times the bare loop's memory, ${small} at 200,000`);
  },
});
