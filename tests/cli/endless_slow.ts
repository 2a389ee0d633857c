import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openAudit } from "../../lib/audit/mod.ts";
import { granted } from "../_granted.ts";
import { said, UserFolder } from "./_headwaters.ts";

Deno.test({
  name: "audit sql stops at the first SIGINT, in the middle of a statement without an end",
  ignore: !granted("read", "write", "run") || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder();
    openAudit(user.at("audit.db"))[Symbol.dispose]();
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) " +
      "SELECT count(*) FROM c";
    const child = user.start("audit", "sql", endless, "-a", "audit.db");
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
