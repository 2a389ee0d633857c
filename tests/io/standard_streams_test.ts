import { assertEquals, assertThrows } from "@std/assert";
import { GROUPS } from "../../lib/cli/groups.ts";
import { causeOf } from "../../lib/cli/run_command.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import { writeError, writeOut } from "../../lib/io/mod.ts";
import { reportFailure } from "../../lib/terminal/mod.ts";

/** Runs something while the standard streams take nothing. */
function withStreamsThat<T>(error: Error, fn: () => T): T {
  const streams = [Deno.stdout, Deno.stderr];
  const before = streams.map(({ writeSync }) => writeSync);
  for (const stream of streams) {
    stream.writeSync = () => {
      throw error;
    };
  }
  try {
    return fn();
  } finally {
    streams.forEach((stream, i) => Object.assign(stream, { writeSync: before[i] }));
  }
}

const FULL = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });

Deno.test("writeOut() says that standard output is on a full disk, and leaves a closed pipe as it is", () => {
  const full = withStreamsThat(FULL, () => assertThrows(() => writeOut("x"), StorageError));
  assertEquals(
    full.message,
    'Cannot write "standard output": no space left; free some and run it again',
  );
  const closed = new Deno.errors.BrokenPipe("gone");
  withStreamsThat(closed, () => assertThrows(() => writeOut("x"), Deno.errors.BrokenPipe));
  withStreamsThat(FULL, () => writeError("nobody can hear this"));
});

Deno.test("reportFailure() says its sentence and gives its code where no result can be written", () => {
  let told = "";
  const options = { json: true, tell: (text: string) => void (told += text) };
  const code = withStreamsThat(
    FULL,
    () => reportFailure(new StorageError("storage-full", "Cannot write: full"), options),
  );
  assertEquals([code, told.split("\n")[0]], [1, "Cannot write: full"]);
});

Deno.test("a report that no disk takes says that the results are there, where a command has some", () => {
  const { signal } = new AbortController();
  const full = withStreamsThat(FULL, () => assertThrows(() => writeOut("x"), StorageError));
  const said = (line: string) => {
    const cause = causeOf(full, { line: line.split(" "), groups: GROUPS, signal });
    return (cause as Error).message.endsWith("so run it again with another --out");
  };
  for (const line of ["files split a.csv --out p", "logs parse a.log -o p", "pipeline init drop"]) {
    assertEquals([line, said(line)], [line, true]);
  }
  // Nothing is in files, or may be replaced by the same line.
  const others = ["files split --help", "files validate a.csv", "logs parse a.log", "nope"];
  for (const line of [...others, "pipeline report -o r.html"]) {
    assertEquals([line, said(line)], [line, false]);
  }
});
