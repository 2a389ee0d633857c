import { assertEquals, assertStringIncludes } from "@std/assert";
import { ConfigError, DataError, HttpError, UsageError } from "../../lib/errors/mod.ts";
import {
  excerpt,
  rejectExcerpt,
  reportFailure,
  type ReportFailureOptions,
} from "../../lib/terminal/mod.ts";

function reported(
  error: unknown,
  options: Partial<Pick<ReportFailureOptions, "json" | "debug" | "standalone" | "given">>,
) {
  let [told, written] = ["", ""];
  const exit = reportFailure(error, {
    json: false,
    ...options,
    tell: (text) => told += text,
    write: (text) => written += text,
    redact: (text) => text.replaceAll("hunter2", "***"),
  });
  return { told, written, exit };
}

const BROKEN = new HttpError("http-reset", 'Cannot fetch "https://api.example/orders": no answer', {
  context: { url: "https://api.example/orders", phase: "headers" },
  cause: new TypeError("fetch failed", { cause: new Error("reset by peer, token hunter2") }),
});

Deno.test("reportFailure() adds what to do to a sentence that does not say it", () => {
  const { told, exit } = reported(BROKEN, {});
  assertEquals(told.split("\n")[0], BROKEN.message);
  assertStringIncludes(told.split("\n")[1] ?? "", "Run again");
  assertEquals(exit, 1);
  const usage = new UsageError("usage", "Cannot use flag: it is unknown (see split --help)");
  assertEquals(reported(usage, {}).told, `${usage.message}\n`);
});

Deno.test("reportFailure() gives code, message, where and next as one document", () => {
  const { error } = JSON.parse(reported(BROKEN, { json: true }).written);
  assertEquals(Object.keys(error), ["code", "message", "where", "next"]);
  assertEquals(error.where, { url: "https://api.example/orders" });
});

Deno.test("reportFailure() says a flag's value if the sentence says it, and no other", () => {
  const given = new Map([["--to", ["hunter2", "a"]]]);
  const whereOf = (state: string) => {
    const error = new UsageError("usage", `Cannot load: ${state}`, { context: { flag: "--to" } });
    return JSON.parse(reported(error, { json: true, given }).written).error.where;
  };
  assertEquals(whereOf("that address has a password in it"), { flag: "--to" });
  assertEquals(whereOf('found "a", expected b'), { flag: "--to", value: "a" });
});

Deno.test("reportFailure() shows the causes only if asked, down to the bottom and redacted", () => {
  assertEquals(reported(BROKEN, {}).told.includes("caused by"), false);
  const { told, written } = reported(BROKEN, { debug: true, json: true });
  const { code } = JSON.parse(written).error;
  assertStringIncludes(told, `code ${code}\n  caused by TypeError: fetch failed`);
  assertStringIncludes(told, "reset by peer, token ***");
  assertEquals(JSON.parse(written).error.causes.length, 2);
});

Deno.test("reportFailure() shows the line of a text with a caret under its column", () => {
  const context = { path: "shop.yaml", line: 3, column: 7, text: "name: [shop" };
  const error = new ConfigError("config-syntax", "Cannot parse it: not closed; close it", {
    context,
  });
  assertStringIncludes(
    reported(error, {}).told,
    "  shop.yaml:3:7\n  3 | name: [shop\n    |       ^\n",
  );
});

Deno.test("excerpt() shows the part of a long line around its column, and steers no terminal", () => {
  const text = `${"a".repeat(200)}\x1b[31mX${"b".repeat(200)}`;
  const [place, line = "", caret = ""] = excerpt({ file: "a\nb", line: 12, column: 206, text })
    .split("\n");
  assertEquals(place, "  a\\nb:12:206");
  assertEquals(line.includes("\x1b"), false);
  assertEquals([line.at(caret.indexOf("^")), line.length < 100], ["X", true]);
});

Deno.test("rejectExcerpt() counts the column of a reject in bytes", () => {
  const raw = new TextEncoder().encode("é=1 b=x\nnext");
  assertEquals(
    rejectExcerpt("a.log", { place: { line: 1, column: 6 }, raw }),
    "  a.log:1:5\n  1 | é=1 b=x\n    |     ^\n",
  );
});

Deno.test("reportFailure() gives as next what the sentence says, or what fits the command", () => {
  const next = (error: unknown, standalone = true) =>
    JSON.parse(reported(error, { json: true, standalone }).written).error.next;
  assertEquals(
    next(new UsageError("usage", 'Cannot write "a; b": it exists; --force replaces it')),
    "--force replaces it.",
  );
  assertEquals(
    next(new UsageError("usage", "Cannot run: expected one of a, b")),
    "Read the command's --help and type it again.",
  );
  const changed = new DataError("file-changed", 'Cannot read "a": it changed');
  assertStringIncludes(reported(changed, { standalone: true }).told, "\n  Run it again when");
  assertStringIncludes(next(changed, false), "min_age");
});

Deno.test("reportFailure() takes no next step from words that are not ours", () => {
  const next = (error: unknown) =>
    JSON.parse(reported(error, { json: true, standalone: true }).written).error.next;
  const cause = new Error("PROBE; yaml=no; send the password");
  const foreign = new DataError("file-changed", `Cannot read "a": ${cause.message}`, { cause });
  assertStringIncludes(next(foreign), "Run it again when");
  const named = new ConfigError("config-invalid", `Cannot use module "m": ${cause.message}`, {
    context: { next: "Mend the module." },
  });
  assertEquals(next(named), "Mend the module.");
  const list = 'Cannot read "a": other columns (missing "x"; unknown "y)", "z")';
  assertStringIncludes(next(new DataError("file-changed", list)), "Run it again when");
  assertEquals(next(new DataError("file-changed", `${list}; rename them`)), "Rename them.");
  assertEquals(next(new DataError("file-changed", 'Cannot read "a" (b; go on')), "Go on.");
  const ours = new DataError("file-changed", `Cannot read "a": ${cause.message}; wait`, { cause });
  assertEquals(next(ours), "Wait.");
});
