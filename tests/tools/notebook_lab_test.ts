import { assertEquals, assertStringIncludes } from "@std/assert";
import { findLab, LAB_COMMANDS, NO_JUPYTER } from "../../tools/notebook_lab.ts";
import { granted } from "../_granted.ts";

Deno.test("findLab() takes the first command that answers", async () => {
  const asked: string[] = [];
  const found = await findLab((command) => {
    asked.push(command.join(" "));
    return Promise.resolve(command[0] === "jupyter");
  });
  assertEquals(found, LAB_COMMANDS[1]);
  assertEquals(asked, ["jupyter-lab --version", "jupyter lab --version"]);
});

Deno.test("findLab() finds nothing where nothing answers", async () => {
  assertEquals(await findLab(() => Promise.resolve(false)), undefined);
});

Deno.test("NO_JUPYTER names three ways to get it", () => {
  for (const way of ["uv tool install", "pipx install", "-m venv"]) {
    assertStringIncludes(NO_JUPYTER, way);
  }
});

Deno.test({
  name: "the project's kernel starts this Deno without colours, and every notebook asks for it",
  ignore: !granted("read"),
  async fn() {
    const kernel = JSON.parse(
      await Deno.readTextFile("notebooks/jupyter/kernels/deno/kernel.json"),
    );
    assertEquals(kernel.argv.slice(0, 2), ["deno", "jupyter"]);
    assertEquals(kernel.argv.at(-1), "{connection_file}");
    assertEquals(kernel.env, { NO_COLOR: "1" });
    for await (const { name } of Deno.readDir("notebooks")) {
      if (!name.endsWith(".ipynb")) continue;
      const { metadata } = JSON.parse(await Deno.readTextFile(`notebooks/${name}`));
      assertEquals(metadata.kernelspec.name, "deno", name);
    }
  },
});
