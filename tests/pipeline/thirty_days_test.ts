import { DAYS, liveDays } from "./_thirty_days.ts";
import { everyWorldTest } from "./_world.ts";

for (const seed of [1]) {
  everyWorldTest(
    `${DAYS} days of a pipeline leave each evening what there is outside (seed ${seed})`,
    (world) => liveDays(world, seed),
  );
}
