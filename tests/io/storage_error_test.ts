import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { StorageError } from "../../lib/errors/mod.ts";
import { storageError } from "../../lib/io/mod.ts";
import { granted } from "../_granted.ts";

for (
  const [cause, code, message] of [
    [
      Object.assign(new Error("x"), { code: "ENOSPC" }),
      "storage-full",
      "no space left; free some and run it again",
    ],
    [
      new Deno.errors.PermissionDenied("os error 13"),
      "storage-denied",
      'access is denied (os error 13); check the permissions of "."',
    ],
    [
      Object.assign(new Error("os error 30: open 'a/b.tmp'"), { code: "EROFS" }),
      "storage-denied",
      "its disk is read-only; name a place on another disk",
    ],
    [
      new Deno.errors.NotCapable("needs write"),
      "storage-denied",
      "access is denied (needs write); check its permissions",
    ],
    [
      new Deno.errors.NotFound("x"),
      "storage-missing",
      "it is missing, or a link in its path is broken; check the path",
    ],
    [new Error("os error 5"), "storage-io", "os error 5; check the disk, then run again"],
    ["broken", "storage-io", "broken; check the disk, then run again"],
  ] as const
) {
  Deno.test({
    name: `storageError() makes ${cause} a ${code}`,
    // Whether "a" and "a/b" are there decides which permissions are meant.
    ignore: message.includes('"."') && !granted("read"),
    fn: () => {
      const error = storageError("open", "a/b", cause);
      assertEquals(error.code, code);
      assertEquals(error.message, `Cannot open "a/b": ${message}`);
      assertStrictEquals(error.cause, cause);
    },
  });
}

Deno.test("storageError() leaves an error alone that is one already", () => {
  const error = new StorageError("storage-damaged", "Cannot read: it is damaged");
  assertStrictEquals(storageError("open", "a", error), error);
});

Deno.test("storageError() gives no advice of the runtime about a place of the system's own", () => {
  const denied = new Deno.errors.NotCapable(
    'Requires all access to "/proc/x", run again with the --allow-all flag',
  );
  assertEquals(
    storageError("open", "/proc/x", denied).message,
    'Cannot open "/proc/x": it is a place of the system\'s own; name another one',
  );
});

Deno.test("storageError() says what to do about a file that is in the place of a folder", () => {
  const cause = Object.assign(new Deno.errors.NotADirectory("x"), { code: "ENOTDIR" });
  assertMatch(storageError("create", "a/b", cause).message, /move away the file/);
});
