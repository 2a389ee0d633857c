import { assertEquals } from "@std/assert";
import { withCorrelation } from "../../lib/logging/mod.ts";
import { jsonLines, log } from "./_capture.ts";

Deno.test("withCorrelation() reaches what is awaited, nests, and ends with its function", async () => {
  const lines = await jsonLines(async () => {
    await withCorrelation({ source: "a", page: 1 }, async () => {
      await Promise.resolve();
      await withCorrelation({ page: 2, attempt: 1 }, async () => {
        await Promise.resolve();
        log.info("inner");
      });
      log.info("outer");
    });
    log.info("none");
  });
  assertEquals(
    lines.map(({ source, page, attempt }) => [source, page, attempt]),
    [["a", 2, 1], ["a", 1, undefined], [undefined, undefined, undefined]],
  );
});

Deno.test("withCorrelation() keeps two streams apart when they run at once", async () => {
  const lines = await jsonLines(() =>
    Promise.all(["a", "b"].map((stream) =>
      withCorrelation({ stream }, async () => {
        for (let page = 1; page <= 2; page++) {
          await Promise.resolve();
          log.info("page", { of: stream });
        }
      })
    ))
  );
  assertEquals(lines.length, 4);
  assertEquals(lines.every((line) => line["stream"] === line["of"]), true);
});

Deno.test("withCorrelation() returns what the function returns when logging never started", () => {
  assertEquals(withCorrelation({ page: 1 }, () => 7), 7);
});
