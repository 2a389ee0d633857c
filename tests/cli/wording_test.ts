import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  actionsOf,
  ERROR_CODES,
  type ErrorCode,
  type ErrorCodeInfo,
  UsageError,
} from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { inFolder, runHeadwaters, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write");

Deno.test({
  name: "a wrong command line names the flag or command that was meant",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (
        const [line, hint] of [
          ["--hlep", 'did you mean "--help"?'],
          ["--versoin", 'did you mean "--version"?'],
          ["--version now", "flags come after"],
          ["files --hlep", 'did you mean "--help"?'],
          ["files --json", 'a command is missing before "--json"'],
          ["pipeline -c my.yaml", 'a command is missing before "-c"'],
          ["pipeline plan api.yaml", "its file is named with -c, --config"],
          ["audit runs -c my.yaml", "its file is named with -a, --audit"],
          ["audit rejects path/audit.db", "its file is named with -a, --audit"],
        ] as const
      ) {
        const { code, stderr } = await runHeadwaters(line.split(" "), { cwd });
        assertEquals(code, 64, line);
        assertStringIncludes(stderr, hint);
      }
    }),
});

Deno.test({
  name: "errors explain knows every word by which a listing or run is judged",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (
        const [code, meaning] of [
          ["past-the-end", "it is the end"],
          ["snapshot-shrank", "something is missing"],
          ["file-header", "the file is rejected"],
        ] as const
      ) {
        const said = await workOf(["errors", "explain", code], cwd, { width: 60 });
        assertStringIncludes(said.stdout, meaning);
        assertEquals(said.stdout.split("\n").filter((line) => line.length > 60), []);
      }
      const wrong = () => workOf(["errors", "explain", "header"], cwd);
      await assertRejects(wrong, UsageError, 'did you mean "row-header"?');
    }),
});

Deno.test({
  name: "errors explain contradicts neither the table of codes nor itself",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (const [code, info] of Object.entries<ErrorCodeInfo>(ERROR_CODES)) {
        const { stdout } = await workOf(["errors", "explain", code], cwd, { width: Infinity });
        const isTransient = /may succeed when it is tried again/.test(stdout);
        const isNot = /again, unchanged, does not help/.test(stdout);
        assertEquals([isTransient, isNot], [info.transient, !info.transient && !info.varies], code);
        if (isNot) assert(!/\bare transient\b/.test(stdout), stdout);
        const isTakenIn = info.severity === "repair" || info.severity === "accept";
        assert(!isTakenIn || !/to quarantine|is rejected/.test(stdout), stdout);
        const [, exits = ""] = /Exit code: (.+)\./.exec(stdout) ?? [];
        // A stream that stops for it fails its run.
        const ends = actionsOf(code as ErrorCode).stream === "stop" &&
          info.family !== "PaginationError";
        if (ends) assertMatch(exits, /\b(1|78)\b/, code);
      }
    }),
});
