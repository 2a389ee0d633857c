import { assertEquals } from "@std/assert";
import { EXIT_CODES } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { ROOT } from "../e2e/_command.ts";

Deno.test({
  name:
    "the systemd unit in OPERATING.md has a type that may be restarted, by the exit codes there are",
  ignore: !granted("read"),
  fn() {
    const text = Deno.readTextFileSync(`${ROOT}/OPERATING.md`);
    const unit = /^```ini\n(\[Service\]\n[^`]*)^```$/m.exec(text)?.[1] ?? "";
    const settings = new Map(
      unit.split("\n").flatMap((line) => {
        const [name = "", value] = line.split("=");
        return value === undefined ? [] : [[name, value]];
      }),
    );
    assertEquals(settings.get("Type"), "exec");
    assertEquals(settings.get("RestartForceExitStatus"), `${EXIT_CODES.suspended}`);
    assertEquals(settings.get("SuccessExitStatus"), `${EXIT_CODES.partial}`);
  },
});
