import { assertEquals } from "@std/assert";
import { ERROR_CODES, type ErrorCode, nextStepOf } from "../../lib/errors/mod.ts";

/** Words of a configuration, of a lake, and of what goes on where it stopped. */
const OF_A_PIPELINE =
  /\b[a-z]+_[a-z_]+\b|\b(?:include|error|timeout|audit|records|contract):|\bexpect\.|\bdialect\.|\bparams\b|quarantine|headwaters pipeline|where it stopped/;

/** What only a run meets, or what has no next step of its own. */
const OF_A_RUN =
  /^(config|stream|page|record|line|check|contract|lake|publication|pagination|next|window|cursor|total|source|engine|suspended-locked|file-sidecar)/;

Deno.test("nextStepOf() names no key of a configuration where there is none", () => {
  const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) =>
    !OF_A_RUN.test(code) && ERROR_CODES[code].family !== "PaginationError"
  );
  const steps = codes.map((code) => `${code}: ${nextStepOf(code, { standalone: true })}`);
  const wrong = steps.filter((step) => OF_A_PIPELINE.test(step.replace(/^[^ ]+: /, "")));
  assertEquals(wrong, []);
  assertEquals(
    nextStepOf("file-changed", { standalone: false }),
    ERROR_CODES["file-changed"].next,
  );
});
