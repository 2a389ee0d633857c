import { live } from "./_retract_lives.ts";
import { everyWorldTest } from "./_world.ts";

for (let seed = 1; seed <= 10; seed++) {
  everyWorldTest(
    `retractions and resets lose nothing and double nothing, in any order (life ${seed})`,
    (world) => live(world, seed),
  );
}
