import { DAYS, liveDays } from "./_thirty_days.ts";
import { worldTest } from "./_world.ts";

// The first is lived by `test:every`.
for (const seed of [2, 3]) {
  worldTest(
    `${DAYS} days of a pipeline leave each evening what there is outside (seed ${seed})`,
    (world) => liveDays(world, seed),
  );
}
