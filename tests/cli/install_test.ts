import { makeLink } from "../_make_link.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { callerHere } from "../../lib/cli/main.ts";
import { isShim, shimText } from "../../tools/shim.ts";
import { granted } from "../_granted.ts";
import { filesIn, inFolder, ROOT, type Said, said } from "./_run_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run") || Deno.build.os === "windows";

async function output(command: Deno.Command): Promise<Said> {
  return said(await command.output());
}

/** Another home has another cache; the tests are not to fetch anything. */
async function denoDir(): Promise<string> {
  const { stdout } = await output(new Deno.Command("deno", { args: ["info", "--json"] }));
  return JSON.parse(stdout).denoDir;
}

/** Runs the task as deno.json has it. */
async function install(home: string, ...args: readonly string[]): Promise<Said> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const [, words = ""] = tasks.install.command.split(" deno ");
  return await output(
    new Deno.Command("deno", {
      args: [...words.split(" "), ...args],
      cwd: ROOT,
      env: { HOME: home, DENO_INSTALL_ROOT: "", DENO_DIR: await denoDir(), NO_COLOR: "1" },
    }),
  );
}

/** Runs the installed command in a folder; the tests themselves may start nothing but deno. */
async function runShim(
  path: string,
  args: readonly string[],
  cwd: string,
  pathVariable = Deno.env.get("PATH") ?? "",
): Promise<Said> {
  const code = `
    const { code, stdout, stderr } = new Deno.Command(${JSON.stringify(path)}, ${
    JSON.stringify({ args, cwd, env: { PATH: pathVariable } })
  }).outputSync();
    const text = (bytes) => new TextDecoder().decode(bytes);
    console.log(JSON.stringify({ code, stdout: text(stdout), stderr: text(stderr) }));`;
  const { stdout, stderr } = await output(
    new Deno.Command("deno", { args: ["eval", code], env: { NO_COLOR: "1" } }),
  );
  assert(stdout !== "", stderr);
  return JSON.parse(stdout);
}

Deno.test({
  name: "deno task install makes a command that works in any folder, and says what PATH needs",
  ignore,
  fn: () =>
    inFolder({ "here/app.log": "ts=2026-01-01T00:00:00Z level=error msg=x\n" }, async (home) => {
      const planned = await install(home, "--dry-run");
      assertEquals([planned.code, filesIn(home)], [0, ["here/app.log"]], planned.stderr);
      const { code, stdout, stderr } = await install(home);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `export PATH="${join(home, ".deno/bin")}:$PATH"`);
      assertEquals(filesIn(home), [".deno/bin/headwaters", "here/app.log"]);
      const shim = join(home, ".deno/bin/headwaters");
      const said = await runShim(shim, ["logs", "parse", "app.log", "--json"], join(home, "here"));
      assertEquals(said.code, 0, said.stderr);
      assertEquals(JSON.parse(said.stdout).files[0].metrics.errors, 1);
      // As after "npx -y deno task install", where nothing puts the runtime into PATH.
      const listing = ["files", "inventory", "app.log"];
      const bare = await runShim(shim, listing, join(home, "here"), "/none");
      assertEquals([bare.code, bare.stdout.includes("app.log")], [0, true], bare.stderr);
      const again = await install(home);
      assertEquals(again.code, 0, again.stderr);
    }),
});

everyTest({
  name: "deno task install leaves another program's file alone unless it is forced to",
  ignore,
  fn: () =>
    inFolder({ ".deno/bin/headwaters": "#!/bin/sh\necho mine\n" }, async (home) => {
      const path = join(home, ".deno/bin/headwaters");
      const refused = await install(home);
      assertEquals(refused.code, 64);
      assertStringIncludes(refused.stderr, "--force replaces it");
      assertStringIncludes(await Deno.readTextFile(path), "mine");
      assertEquals((await install(home, "--force")).code, 0);
      assert(isShim(await Deno.readTextFile(path)));
      await Deno.remove(path);
      await Deno.writeTextFile(join(home, "precious"), "mine\n");
      await makeLink(join(home, "precious"), path);
      assertEquals((await install(home)).code, 64, "a link is not ours");
      assertEquals((await install(home, "--force")).code, 0);
      assertEquals(await Deno.readTextFile(join(home, "precious")), "mine\n");
    }),
});

Deno.test("shimText() keeps the runtime from calling a host that nobody named", () => {
  for (const os of ["linux", "windows"] as const) {
    assertStringIncludes(
      shimText("/home/me/headwaters", { deno: "/d/deno", os }),
      "DENO_NO_UPDATE_CHECK=1",
    );
  }
});

Deno.test("shimText() falls back on the runtime that installed it", () => {
  const posix = shimText("/h", { deno: "/o'/deno", os: "linux" });
  assertStringIncludes(posix, `bin='/o'\\''\'\n`);
  assertStringIncludes(posix, "deno is not in PATH, and no longer in");
  const windows = shimText("C:\\h", { deno: "C:\\d%\\deno.exe", os: "windows" });
  assertStringIncludes(windows, 'where /q deno || set "PATH=%PATH%;C:\\d%%"\r\n');
});

Deno.test({
  name: "callerHere() takes INIT_CWD for where the user is only in the project, where tasks run",
  ignore,
  fn: () => {
    const { signal } = new AbortController();
    const env = { INIT_CWD: "/elsewhere" };
    assertEquals(callerHere(signal, { env, here: ROOT }).cwd, "/elsewhere");
    assertEquals(callerHere(signal, { env, here: join(ROOT, "..") }).cwd, join(ROOT, ".."));
    assertEquals(callerHere(signal, { env: {}, here: ROOT }).cwd, ROOT);
  },
});

Deno.test({
  name:
    "callerHere() hands on the telemetry that is wanted, which what starts the launcher has turned off",
  ignore,
  fn: () => {
    const { signal } = new AbortController();
    const wanted = (env: Record<string, string>) =>
      callerHere(signal, { env, here: ROOT }).env["OTEL_DENO"];
    assertEquals(wanted({ HEADWATERS_OTEL: "true", OTEL_DENO: "false" }), "true");
    assertEquals(wanted({ HEADWATERS_OTEL: "", OTEL_DENO: "false" }), undefined);
    assertEquals(wanted({ OTEL_DENO: "true" }), "true");
    assertStringIncludes(
      shimText("/h", { deno: "/d/deno", os: "linux" }),
      ' HEADWATERS_OTEL="$OTEL_DENO" OTEL_DENO=false ',
    );
    assertStringIncludes(
      shimText("C:\\h", { deno: "C:\\d\\deno.exe", os: "windows" }),
      'set "HEADWATERS_OTEL=%OTEL_DENO%"\r\nset "OTEL_DENO=false"\r\n',
    );
  },
});

Deno.test("shimText() quotes the folder of the clone for the shell", () => {
  assertStringIncludes(
    shimText("/home/o'neil/$x", { deno: "/d/deno", os: "linux" }),
    `root='/home/o'\\''neil/$x'\n`,
  );
  assertStringIncludes(
    shimText("C:\\100%", { deno: "C:\\d\\deno.exe", os: "windows" }),
    'set "ROOT=C:\\100%%"\r\n',
  );
});
