import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { FAULT_KINDS } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const ignore = !granted("read", "net", "run");

/** Starts the script with the permissions that its task names, and no others. */
function spawn(args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-read=data/samples",
      "lib/sandbox/serve.ts",
      ...args,
    ],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout.values({ preventCancel: true })) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.trimEnd();
}

async function finish(
  child: Deno.ChildProcess,
): Promise<{ code: number; out: string; err: string }> {
  if (!child.stdin.locked) await child.stdin.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test({
  name: "serve.ts prints its address as one JSON line, serves, and ends by SIGTERM with 0",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    const child = spawn(["--token", "t0p", "--fault", "flights:503@page1"]);
    const line = await firstLine(child);
    const { url } = JSON.parse(line);
    assertMatch(line, /^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}$/);
    const headers = { Authorization: "Bearer t0p" };
    const statuses: number[] = [];
    for (let i = 0; i < 2; i++) {
      const response = await fetch(`${url}/github/repos/bts/flights/records`, { headers });
      await response.body?.cancel();
      statuses.push(response.status);
    }
    assertEquals(statuses, [503, 200]);
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0);
    await Promise.all([child.stdin.close(), child.stdout.cancel(), child.stderr.cancel()]);
  },
});

Deno.test({
  name: "serve.ts ends with its parent's pipe under --until-eof",
  ignore,
  async fn() {
    const child = spawn(["--until-eof"]);
    await firstLine(child);
    await child.stdin.close();
    assertEquals((await child.status).code, 0);
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  },
});

Deno.test({
  name: "serve.ts explains every flag and every fault under --help",
  ignore,
  async fn() {
    const { code, out } = await finish(spawn(["--help"]));
    assertEquals(code, 0);
    for (const kind of Object.keys(FAULT_KINDS)) assertStringIncludes(out, `\n  ${kind}`);
    for (const flag of ["--port", "--seed", "--fault", "--token", "--samples", "--access-log"]) {
      assertStringIncludes(out, `  ${flag} `);
    }
  },
});

const WRONG: readonly [args: readonly string[], message: string][] = [
  [["--prot", "1"], "--prot"],
  [
    ["--port", "70000"],
    'Cannot read --port: expected a whole number from 0 to 65535, found "70000" (see deno task sandbox --help)',
  ],
  [
    ["--as-of", "soon"],
    'Cannot read --as-of: expected an ISO-8601 time, found "soon" (see deno task sandbox --help)',
  ],
  [["--fault", "quakes:nope"], 'unknown kind "nope"'],
];

for (const [args, message] of WRONG) {
  Deno.test({
    name: `serve.ts refuses "${args.join(" ")}" with 64 and one line`,
    ignore,
    async fn() {
      const { code, out, err } = await finish(spawn(args));
      assertEquals([code, out], [64, ""]);
      assertStringIncludes(err, message);
      assert(!err.includes("    at "), err);
    },
  });
}

Deno.test({
  name: "serve.ts says that it may not write an access log without the permission",
  ignore,
  async fn() {
    const { code, err } = await finish(spawn(["--access-log", "data/access.log"]));
    assertEquals(code, 1);
    assertStringIncludes(err, 'Cannot open access log "data/access.log"');
  },
});
