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
    const isIn = `it is in "${kept}", which is an input or the pipeline's own; name another output`;
    for (
      const [output, said] of [
        [kept, "it is an input; name another output"],
        [join(kept, "a.csv"), isIn],
        [join(kept, "deep", "a.csv"), isIn],
      ] as const
    ) {
      assertThrows(() => refuseInputs([output], { keeps: [kept] }), UsageError, said);
    }
    refuseInputs([`${kept}-other`], { keeps: [kept] });
  },
);
