import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { nothingAt } from "../../lib/cli/words.ts";
import { granted } from "../_granted.ts";
import { makeLink } from "../_make_link.ts";

Deno.test("nothingAt() proposes no name that it was given: a link leads nowhere", {
  ignore: !granted("read", "write", "run"),
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    await makeLink(join(folder, "gone"), join(folder, "a.csv"));
    assertEquals(
      nothingAt(join(folder, "a.csv"), "file"),
      `it is a link in "${folder}" that leads nowhere; correct the link`,
    );
    assertEquals(
      nothingAt(join(folder, "b.csv"), "file"),
      `there is no such file in "${folder}"; did you mean "a.csv"?`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
