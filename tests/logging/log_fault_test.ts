import { assertEquals } from "@std/assert";
import { logEvent, startLogging } from "../../lib/logging/mod.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name: "startLogging() tells once that its file cannot be written, and the work goes on",
  ignore: !granted("read", "write"),
  async fn() {
    const file = await Deno.makeTempFile();
    const { writeSync } = Deno.FsFile.prototype;
    const faults: string[] = [];
    try {
      await using _logging = startLogging({
        runId: "r",
        file,
        terminal: "none",
        onFileFault: (message) => faults.push(message),
      });
      Deno.FsFile.prototype.writeSync = () => {
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      };
      for (let i = 0; i < 2; i++) {
        logEvent("run-failed", { outcome: "failed", exit_code: 1, error: new Error("x") });
      }
    } finally {
      Deno.FsFile.prototype.writeSync = writeSync;
      await Deno.remove(file);
    }
    assertEquals(faults, [`Cannot write "${file}": no space left; free some and run it again`]);
  },
});
