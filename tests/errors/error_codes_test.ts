import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConfigError,
  DatabaseError,
  DataError,
  ERROR_CODES,
  EXIT_CODES,
  gravestOutcome,
  HttpError,
  IngestError,
  InternalError,
  outcomeOf,
  PaginationError,
  StorageError,
  SuspendedError,
  UsageError,
} from "../../lib/errors/mod.ts";

const FAMILIES: Record<string, new (code: never, message: string) => IngestError> = {
  ConfigError,
  DataError,
  HttpError,
  InternalError,
  DatabaseError,
  PaginationError,
  StorageError,
  SuspendedError,
  UsageError,
};

Deno.test("ERROR_CODES names a class for each code, and each class carries its codes' facts", () => {
  for (const [code, { family, transient, meaning }] of Object.entries(ERROR_CODES)) {
    const Family = FAMILIES[family];
    assert(Family !== undefined, `${code}: there is no class ${family}`);
    const error = new Family(code as never, "Cannot x: y");
    assertInstanceOf(error, IngestError);
    assertEquals([error.code, error.transient, error.name], [code, transient, family]);
    assert(/^[A-Z].*\.$/s.test(meaning), `${code}: its meaning is no sentence`);
  }
});

Deno.test("IngestError keeps its cause and context, and the flag can say more than the code", () => {
  const cause = new Error("socket hang up");
  const error = new HttpError("http-status", "Cannot fetch: status 503", {
    status: 503,
    transient: true,
    context: { url: "x" },
    cause,
  });
  assertEquals([error.transient, error.status, error.context], [true, 503, { url: "x" }]);
  assertEquals(error.cause, cause);
  assert(!("cause" in new HttpError("http-tls", "Cannot fetch: TLS")), "no cause where none was");
});

Deno.test("outcomeOf() tells a wrong command line, a wrong configuration and a stop from a failure", () => {
  assertEquals(
    [
      outcomeOf(new UsageError("usage", "x")),
      outcomeOf(new ConfigError("config-invalid", "x")),
      outcomeOf(new SuspendedError("suspended-wait", "x")),
      outcomeOf(new StorageError("storage-full", "x")),
      outcomeOf("anything"),
    ],
    ["usage", "config", "suspended", "failed", "failed"],
  );
});

Deno.test("gravestOutcome() lets a failure win over a stop, a stop over a partial run", () => {
  assertEquals(gravestOutcome([]), "complete");
  assertEquals(gravestOutcome(["complete", "partial", "suspended"]), "suspended");
  assertEquals(EXIT_CODES[gravestOutcome(["suspended", "failed", "partial"])], 1);
});
