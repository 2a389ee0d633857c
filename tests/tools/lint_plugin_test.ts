import { assertEquals, assertStringIncludes } from "@std/assert";
import plugin from "../../tools/lint_plugin.ts";

/** Runs the plugin over a source and returns `rule: message` of what it finds. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map((found) =>
    `${found.id.replace("headwaters/", "")}: ${found.message}`
  );
}

/** Returns the rules that fire, in order. */
function rulesOf(path: string, source: string): string[] {
  return lint(path, source).map((line) => line.slice(0, line.indexOf(":")));
}

Deno.test("no-enum refuses every enum", () => {
  assertEquals(rulesOf("lib/db/a.ts", "export enum A { B }"), ["no-enum"]);
  assertEquals(rulesOf("tests/a_test.ts", "const enum A { B }"), ["no-enum"]);
  assertEquals(rulesOf("lib/db/a.ts", 'export const A = ["b"] as const;'), []);
});

Deno.test("no-namespace refuses namespaces and leaves module declarations alone", () => {
  assertEquals(rulesOf("lib/db/a.ts", "namespace A { export const b = 1; }"), ["no-namespace"]);
  assertEquals(rulesOf("lib/_types/a.d.ts", 'declare module "a" { export {}; }'), []);
});

Deno.test("no-arrow-constant refuses top-level functions in constants, and no others", () => {
  const path = "lib/db/a.ts";
  assertEquals(rulesOf(path, "export const a = () => 1;"), ["no-arrow-constant"]);
  assertEquals(rulesOf(path, "const a = function () {};"), ["no-arrow-constant"]);
  assertEquals(rulesOf(path, "const a = 1, b = async () => {};"), ["no-arrow-constant"]);
  assertEquals(rulesOf(path, "function f() { const a = () => 1; return a; }"), []);
  assertEquals(
    rulesOf(path, "export const a = { b: () => 1 }; export const c = [1].map((x) => x);"),
    [],
  );
});

Deno.test("no-console-in-lib refuses console in lib, but for the sandbox's entry script", () => {
  const source = 'console.log("x");';
  assertEquals(rulesOf("lib/db/a.ts", source), ["no-console-in-lib"]);
  assertEquals(rulesOf("lib/db/a.ts", "const print = console.error;"), ["no-console-in-lib"]);
  assertEquals(rulesOf("lib/sandbox/serve.ts", source), []);
  assertEquals(rulesOf("phases/00_foundations.ts", source), []);
  assertEquals(rulesOf("lib/workbook/a.ts", "const the = { console: 1 }; the.console;"), []);
});

Deno.test("house-imports keeps node:sqlite in its one file", () => {
  const source = 'import { DatabaseSync } from "node:sqlite";';
  assertEquals(rulesOf("lib/db/_driver.ts", source), []);
  assertEquals(rulesOf("lib/db/database.ts", source), ["house-imports"]);
  assertEquals(rulesOf("phases/03_databases.ts", source), ["house-imports"]);
  assertEquals(rulesOf("tests/db/a_test.ts", 'await import("node:sqlite");'), ["house-imports"]);
});

Deno.test("house-imports keeps internals in their folder", () => {
  assertEquals(rulesOf("lib/db/a.ts", 'import { b } from "./_b.ts";'), []);
  assertEquals(rulesOf("tests/db/a_test.ts", 'import { b } from "../_b.ts";'), []);
  assertEquals(rulesOf("tests/db/a_test.ts", 'import { b } from "../crash/_b.ts";'), []);
  assertEquals(rulesOf("tests/db/a_test.ts", 'import { b } from "../../lib/db/_b.ts";'), [
    "house-imports",
  ]);
  assertEquals(rulesOf("lib/api/a.ts", 'import { b } from "../db/_b.ts";'), ["house-imports"]);
  assertEquals(rulesOf("lib/db/a.ts", 'export * from "../api/_b.ts";'), ["house-imports"]);
});

Deno.test("house-imports lets areas meet only in mod.ts", () => {
  const direct = lint("lib/api/a.ts", 'import type { B } from "../db/b.ts";');
  assertEquals(direct.length, 1);
  assertStringIncludes(direct[0] ?? "", "lib/db is imported through lib/db/mod.ts");
  assertEquals(rulesOf("lib/api/a.ts", 'import { b } from "../db/mod.ts";'), []);
  assertEquals(rulesOf("lib/api/a.ts", 'import { b } from "../db/part/mod.ts";'), []);
  assertEquals(rulesOf("phases/03_databases.ts", 'import { b } from "../lib/db/b.ts";'), [
    "house-imports",
  ]);
  assertEquals(rulesOf("tools/a.ts", 'export { b } from "../lib/db/b.ts";'), ["house-imports"]);
  assertEquals(rulesOf("tests/db/b_test.ts", 'import { b } from "../../lib/db/b.ts";'), []);
  assertEquals(rulesOf("lib/api/a.ts", 'import { z } from "zod";'), []);
});

Deno.test("house-imports reads full paths like relative ones", () => {
  const path = new URL("../../lib/api/a.ts", import.meta.url).pathname;
  assertEquals(rulesOf(path, 'import { b } from "../db/b.ts";'), ["house-imports"]);
});

Deno.test("no-parameter-properties refuses fields declared by a constructor", () => {
  assertEquals(rulesOf("lib/db/a.ts", "export class A { constructor(readonly b: string) {} }"), [
    "no-parameter-properties",
  ]);
  assertEquals(rulesOf("lib/db/a.ts", "export class A { constructor(b: string) { b; } }"), []);
});

Deno.test("hash-private refuses the private keyword on fields and methods", () => {
  assertEquals(rulesOf("lib/db/a.ts", "class A { private b = 1; private c() {} }"), [
    "hash-private",
    "hash-private",
  ]);
  assertEquals(
    rulesOf("lib/db/a.ts", "class A { #b = 1; private constructor() { this.#b; } }"),
    [],
  );
});

Deno.test("short-functions refuses functions of more than 50 lines outside tests", () => {
  const body = (lines: number) => `function a() {\n${"  1;\n".repeat(lines - 2)}}`;
  assertEquals(rulesOf("lib/db/a.ts", body(50)), []);
  assertEquals(rulesOf("lib/db/a.ts", body(51)), ["short-functions"]);
  assertEquals(rulesOf("tests/db/a_test.ts", body(51)), []);
  const method = `class A { b() {\n${"  1;\n".repeat(60)}} }`;
  assertEquals(rulesOf("tools/a.ts", method), ["short-functions"]);
});

Deno.test("using-connection finds a connection that leaks", () => {
  const path = "lib/pipeline/a.ts";
  for (
    const leak of [
      'const db = openAudit("a.db");',
      'let db = await openTables({ engine: "sqlite", path });',
      'openDatabase("a.db").exec("x");',
      'const rows = openDatabase("a.db").all("SELECT 1");',
      'db ??= openDatabase("a.db");',
    ]
  ) assertEquals(rulesOf(path, `async function f() { ${leak} }`), ["using-connection"], leak);
  for (
    const good of [
      'using db = openAudit("a.db");',
      "await using tables = await openTables(address);",
      'return openDatabase("a.db");',
      'return old ? openAudit("a.db") : openAudit(":memory:");',
      "const open = () => openTables(address);",
    ]
  ) assertEquals(rulesOf(path, `async function f() { ${good} }`), [], good);
  assertEquals(rulesOf("lib/db/open_tables.ts", "const db = openDatabase(path);"), []);
});

Deno.test("redact-then-cut refuses to shorten a text by slice where it may hold a secret", () => {
  const source = "export const short = (text: string) => `found ${text.slice(0, 40)}`;";
  assertEquals(rulesOf("lib/api/a.ts", source), ["no-arrow-constant", "redact-then-cut"]);
  assertEquals(rulesOf("lib/db/a.ts", "text?.slice(0, 80);"), ["redact-then-cut"]);
  assertEquals(rulesOf("lib/lake/a.ts", "time.slice(0, 10); list.slice(0, count);"), []);
  assertEquals(rulesOf("lib/terminal/a.ts", "text.slice(0, 80);"), []);
});
