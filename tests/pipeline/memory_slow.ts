import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ONE_HEAP } from "../../lib/pipeline/launch_plan.ts";
import { launchPlan, loadConfig } from "../../lib/pipeline/mod.ts";
import { granted } from "../_granted.ts";
import { ROOT } from "../e2e/_command.ts";

const PAGE = 1000;

/** Lists so many records of 234 bytes. */
function serve(count: number): Deno.HttpServer<Deno.NetAddr> {
  const note = "x".repeat(100);
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
    const from = (Number(new URL(url).searchParams.get("page")) - 1) * PAGE;
    const records = Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => {
      const id = from + index;
      const updated_at = new Date(1.7e12 + id * 1000).toISOString();
      const email = `c${id}@example.com`;
      return { id, name: `customer ${id}`, email, updated_at, amount: id * 1.25, note };
    });
    return Response.json({ data: records, more: from + PAGE < count, total: count });
  });
}

/** Runs a pipeline over so many records as the launcher does, and returns its peak memory in MiB. */
async function peakOf(count: number): Promise<number> {
  const folder = await Deno.makeTempDir();
  await using server = serve(count);
  try {
    const configPath = join(folder, "p.yaml");
    await Deno.writeTextFile(
      configPath,
      `name: memory
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    streams:
      - name: items
        path: /items
        records: data
        pagination: { type: page, page_param: page, has_more: more, total: total }
        primary_key: [id]
        incremental: { field: updated_at, start_param: since }
`,
    );
    const config = await loadConfig(configPath);
    const { args } = launchPlan(config, { root: ROOT, configPath, environment: [] });
    const [run = "run", ...others] = args;
    const preload = `--preload=${new URL("./_report_peak.ts", import.meta.url).href}`;
    const { code, stderr } = await new Deno.Command("deno", {
      args: [run, preload, ...others.filter((arg) => arg !== "--until-eof")],
      env: ONE_HEAP,
      stdout: "null",
      stderr: "piped",
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 0, text);
    return Number(/^peak (\d+)$/m.exec(text)?.[1]) / 2 ** 20;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name:
    "a run of the pipeline takes at most 155 MiB for 200,000 records, and 190 for four times as many",
  ignore: !granted("read", "write", "net", "run"),
  async fn() {
    const small = await peakOf(200_000);
    const large = await peakOf(800_000);
    assert(small <= 155, `${small.toFixed(0)} MiB for 200,000 records`);
    // The filter over the keys in the file takes 16 MiB at once, however many follow.
    assert(large <= 190, `${large.toFixed(0)} MiB for 800,000 records`);
  },
});
