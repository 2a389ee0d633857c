import { assert } from "@std/assert";
import {
  describePolicy,
  ERROR_CODES,
  type ErrorCode,
  EXIT_CODES,
  exitCodesOf,
} from "../../lib/errors/mod.ts";
import { API_DRILLS } from "../../phases/04_errors_and_logging/api_drills.ts";
import { LOCAL_DRILLS } from "../../phases/04_errors_and_logging/local_drills.ts";

Deno.test("phase 4 shows no exit code that `errors explain` does not give", () => {
  for (const { name, expected: { code, outcome } } of [...API_DRILLS, ...LOCAL_DRILLS]) {
    if (code === "none") continue;
    assert(code in ERROR_CODES, code);
    const given = exitCodesOf(code as ErrorCode);
    assert(given.match(/\d+/g)?.includes(String(EXIT_CODES[outcome])), `${name}: ${given}`);
  }
});

Deno.test("describePolicy() says of a finding that is mended that on_finding may reject its file", () => {
  assert(/taken in, or rejected if on_finding/.test(describePolicy("file-header-order")));
});
