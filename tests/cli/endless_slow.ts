import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAudit } from "../../lib/audit/mod.ts";
import { granted } from "../_granted.ts";
import { said, UserFolder } from "./_headwaters.ts";

const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) " +
  "SELECT count(*) FROM c";

Deno.test({
  name: "audit sql stops at the first SIGINT, in the middle of a statement without an end",
  ignore: !granted("read", "write", "run") || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder();
    openAudit(user.at("audit.db"))[Symbol.dispose]();
    const child = user.start("audit", "sql", ENDLESS, "-a", "audit.db");
    const output = child.output();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const begun = performance.now();
    child.kill("SIGINT");
    const { code, stderr } = said(await output);
    assert(performance.now() - begun < 5_000);
    assertEquals(code, 75, stderr);
    assertStringIncludes(stderr, "SIGINT asked it to stop; run it again");
  },
});

Deno.test({
  name: "a command that hears nothing is ended by a second SIGINT, with one document",
  ignore: !granted("read", "write", "run") || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder();
    openAudit(user.at("audit.db"))[Symbol.dispose]();
    const child = user.start("audit", "sql", ENDLESS, "-a", "audit.db", "--json");
    const output = child.output();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const begun = performance.now();
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGINT"), 600);
    const { code, stdout } = said(await output);
    assert(performance.now() - begun < 2_500);
    assertEquals([code, JSON.parse(stdout).error.code], [75, "suspended-signal"]);
  },
});
