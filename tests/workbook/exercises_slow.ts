import { assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import {
  assertMistake,
  exercises,
  failures,
  rightSolutions,
  wrongSolutions,
} from "./_exercises.ts";

const ignore = !granted("read", "net");

/** Only a machine far from UTC sees this mistake; run_check_slow.ts tries it in a process with such a zone. */
const NEEDS_A_ZONE = "local-time";

Deno.test({
  name: "every known mistake gets its own message",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
      for (const wrong of await wrongSolutions(exercise)) {
        if (wrong.id !== NEEDS_A_ZONE) await assertMistake(exercise, wrong);
      }
    }
  },
});

Deno.test({
  name: "every exercise accepts eight right solutions of unusual forms",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
      const right = Object.entries(await rightSolutions(exercise));
      assertEquals(right.length, 8, exercise.id);
      for (const [name, subject] of right) {
        assertEquals(await failures(exercise, subject), [], `${exercise.id}: ${name}`);
      }
    }
  },
});
