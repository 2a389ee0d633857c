import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { linkBeforeDotDot } from "../../lib/io/mod.ts";
import { UserFolder } from "../cli/_headwaters.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name: "linkBeforeDotDot() finds the link that a path goes back over, and no other",
  ignore: !granted("read", "write", "run") || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder({ "one/x.csv": "", "two/sub/y.csv": "" });
    await user.link("one/link", user.at("two/sub"));
    const link = user.at("one/link");
    const one = user.at("one");
    for (const path of ["link/../x.csv", "./link//..", `${link}/../x`, "../one/link/../x"]) {
      assertEquals(linkBeforeDotDot(one, path), link, path);
    }
    for (
      const path of [
        "link/y.csv",
        "link/sub/../y",
        "../two/x",
        "a/../x",
        "..",
        "x..y/..",
        "link/a/..",
      ]
    ) {
      assertEquals(linkBeforeDotDot(one, path), undefined, path);
    }
    // Where the user stands may be a link as well: its own path is the one that the system has.
    assertEquals(linkBeforeDotDot(join(link), "../x.csv"), undefined);
  },
});
