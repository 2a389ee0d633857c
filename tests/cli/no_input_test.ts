import { assertThrows } from "@std/assert";
import { join } from "@std/path";
import { refuseInputs } from "../../lib/cli/no_input.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";

Deno.test(
  "refuseInputs() refuses an output in a place that a command keeps, also if nothing is there yet",
  {
    ignore: !granted("read"),
  },
  () => {
    const kept = join(import.meta.dirname ?? ".", "no-such-folder");
    for (const output of [kept, join(kept, "a.csv"), join(kept, "deep", "a.csv")]) {
      assertThrows(() => refuseInputs([output], { keeps: [kept] }), UsageError, "it is an input");
    }
    refuseInputs([`${kept}-other`], { keeps: [kept] });
  },
);
