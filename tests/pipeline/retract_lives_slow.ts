import { live } from "./_retract_lives.ts";
import { worldTest } from "./_world.ts";

// The first ones are lived by `test:every`.
for (let seed = 11; seed <= 40; seed++) {
  worldTest(
    `retractions and resets lose nothing and double nothing, in any order (life ${seed})`,
    (world) => live(world, seed),
  );
}
