import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "../cli/_run_headwaters.ts";

function start(folder: string): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      "--allow-read",
      "--allow-write",
      "--allow-net=127.0.0.1",
      "--ignore-env",
      join(ROOT, "phases/06_pipeline/run_process.ts"),
      `--config=${join(folder, "p.yaml")}`,
      "--json",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the pipeline of a folder, and kills the run itself after a while. */
export async function killed(folder: string, afterMs: number): Promise<void> {
  const child = start(folder);
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It was quicker.
    }
  }, afterMs);
  await child.output();
  clearTimeout(timer);
}

/** Runs the pipeline of a folder; it must be complete. */
export async function runToTheEnd(folder: string): Promise<void> {
  const { code, stdout, stderr } = await start(folder).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`The run ended with ${code}: ${text(stdout)}${text(stderr)}`);
}

/** Returns the rows of a stream that readers follow. */
export function rowsIn(folder: string, stream: string): string[] {
  const raw = join(folder, "lake/raw/shop", stream);
  const manifests = [...Deno.readDirSync(join(raw, "_manifests"))]
    .filter(({ name }) => name.endsWith(".json")).map(({ name }) => name).sort()
    .map((name) => JSON.parse(Deno.readTextFileSync(join(raw, "_manifests", name))));
  const current = Deno.readTextFileSync(join(raw, "_manifests/_current")).trim();
  return manifests.filter(({ mode, run_id }) => mode !== "snapshot" || run_id === current)
    .flatMap(({ files }) => files as { path: string }[])
    .flatMap(({ path }) =>
      new TextDecoder().decode(gunzipSync(Deno.readFileSync(join(folder, "lake", path))))
        .split("\n").filter((line) => line !== "")
    );
}
