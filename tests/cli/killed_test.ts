import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ConfigError, SuspendedError } from "../../lib/errors/mod.ts";
import { main } from "../../lib/cli/mod.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_run_headwaters.ts";

const YAML = "name: p\nsources: [{ name: v, type: files, path: drop }]\n";

Deno.test({
  name: "a command whose process is killed says so, once, and keeps its exit code",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "a.csv": "id\n1\n", "p.yaml": YAML, "drop/a.csv": "id\n1\n" }, async (cwd) => {
      const killed = async (words: string, { leaves = "", wrote = "" } = {}) => {
        let [stdout, stderr] = ["", ""];
        const code = await main(words.split(" "), {
          cwd,
          env: {},
          signal: new AbortController().signal,
          write: (text) => stdout += text,
          tell: (text) => stderr += text,
          start(_args, { onKilled, onOutput }) {
            if (leaves !== "") Deno.writeTextFileSync(join(cwd, leaves), "");
            onOutput?.(new TextEncoder().encode(wrote));
            onKilled?.("SIGKILL");
            return Promise.resolve(137);
          },
        });
        assertEquals([code, stderr.trim().split("\n").length], [137, 1], words);
        assertStringIncludes(stderr, "SIGKILL killed the process, often for want of memory; ");
        return { stdout, stderr };
      };
      const merge = await killed("files merge a.csv -o b.csv.gz", {
        leaves: "b.csv.gz.headwaters.tmp",
      });
      assertEquals(merge.stdout, "");
      assertStringIncludes(merge.stderr, 'tmp" is left of it; run it again, which removes that');
      const fetch = "api fetch http://127.0.0.1:9/x -o x.jsonl --json";
      const fetched = await killed(fetch, { leaves: "x.jsonl.position" });
      assertEquals(JSON.parse(fetched.stdout).error.code, "suspended-signal");
      assertStringIncludes(fetched.stderr, "run it again with --resume");
      // A command that starts its process by itself.
      const status = await killed("pipeline status -c p.yaml --json");
      assertStringIncludes(JSON.parse(status.stdout).error.message, "what is whole stays");
      const document = '{\n  "files": []\n}\n';
      const second = await killed("files inventory drop --json", { wrote: document });
      assertEquals(second.stdout, document, "its own document is there already");
    }),
});

Deno.test({
  name: "what Ctrl-C stops, with its reader, is said once",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "a.csv": "id\n1\n" }, async (cwd) => {
      const told: string[] = [];
      const code = await main(["files", "validate", "a.csv", "--json"], {
        cwd,
        env: {},
        signal: AbortSignal.abort(new SuspendedError("suspended-signal", "SIGINT")),
        write: () => {
          throw new Deno.errors.BrokenPipe();
        },
        tell: (text) => told.push(text),
        start(_args, { onOutput }) {
          onOutput?.(new TextEncoder().encode('{\n  "error": {}\n}\n'));
          return Promise.resolve(75);
        },
      });
      assertEquals([code, told], [75, []]);
    }),
});

Deno.test({
  name: "a command that a second signal ends at once writes one document",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "a.csv": "id\n1\n" }, async (cwd) => {
      let stdout = "";
      const began = Promise.withResolvers<void>();
      const validate = (flags: readonly string[], ends: boolean) =>
        main(["files", "validate", "a.csv", ...flags], {
          cwd,
          env: {},
          signal: new AbortController().signal,
          write: (text) => stdout += text,
          tell: () => {},
          start(_args, { onOutput }) {
            onOutput?.(new TextEncoder().encode('{\n  "files": []\n}\n'));
            began.resolve();
            return ends ? Promise.resolve(0) : new Promise(() => {});
          },
        });
      const end = () => globalThis.dispatchEvent(new Event("unload"));
      await validate(["--json"], true);
      end();
      assertEquals(JSON.parse(stdout), { files: [] }, "it had ended before");
      stdout = "";
      validate([], false);
      validate(["--json"], false);
      await began.promise;
      end();
      assertEquals(JSON.parse(stdout).error.code, "suspended-signal");
    }),
});

Deno.test({
  name: "a command that fails because it was asked to stop says that",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "p.yaml": YAML }, async (cwd) => {
      const stop = new AbortController();
      let stderr = "";
      const code = await main(["pipeline", "status", "-c", "p.yaml"], {
        cwd,
        env: {},
        signal: stop.signal,
        write: () => {},
        tell: (text) => stderr += text,
        start() {
          // As of a child that the same Ctrl-C has ended in the middle of its answer.
          stop.abort(new SuspendedError("suspended-signal", "Cannot finish: SIGINT came"));
          return Promise.reject(new ConfigError("config-invalid", "Cannot use it: no answer"));
        },
      });
      assertEquals([code, stderr.split("\n")[0]], [75, "Cannot finish: SIGINT came"]);
    }),
});
