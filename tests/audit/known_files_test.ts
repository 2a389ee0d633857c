import { assertEquals } from "@std/assert";
import { filesByTarget, knownFiles, openAudit } from "../../lib/audit/mod.ts";
import type { Database } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name:
    "whether a file was seen is answered by an index that ends in its path or content, however many there are",
  ignore: !granted("read", "write"),
  fn() {
    using db = openAudit(":memory:");
    const plans: string[] = [];
    const explain = (sql: string, params: string[]) =>
      db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params).map(({ detail }) => detail);
    const watched = {
      get: (sql: string, params: string[]) => void plans.push(explain(sql, params)[0] ?? ""),
      all: (sql: string, params: string[]) => (plans.push(explain(sql, params)[0] ?? ""), []),
    } as unknown as Database;
    const key = { run_id: "R", source: "s", stream: "t" };
    const known = knownFiles(watched, key);
    known.latest("a.csv");
    known.published("a.csv");
    known.byContent("0");
    filesByTarget(watched, key);
    assertEquals(plans.map((plan) => /(\w+)=\?\)$/.exec(plan)?.[1]), [
      "path",
      "path",
      "sha256",
      "sha256",
      "stream",
    ]);
    assertEquals(/run_id=\?/.test(plans[4] ?? ""), true);
  },
});
