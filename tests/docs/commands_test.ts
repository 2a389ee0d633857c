import { assertEquals } from "@std/assert";
import { dirname, extname, fromFileUrl, join } from "@std/path";
import { GROUPS } from "../../lib/cli/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

everyTest({
  name: "every command that a text, a message or a lesson names exists",
  ignore: !granted("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    const isCommand = (group: string, name: string) =>
      GROUPS[group] === undefined || GROUPS[group].commands[name] !== undefined;
    const wrong: string[] = [];
    let named = 0;
    for (const path of textsOf(ROOT)) {
      const text = await Deno.readTextFile(path);
      const look = (pattern: RegExp, isThere: (words: readonly string[]) => boolean) => {
        for (const [line, ...words] of text.matchAll(pattern)) {
          named++;
          if (!isThere(words)) wrong.push(`${path.slice(ROOT.length + 1)}: ${line}`);
        }
      };
      look(
        /\bheadwaters ([a-z]+) ([a-z]+)\b/g,
        ([group = "", name = ""]) => isCommand(group, name),
      );
      look(/\bdeno (?:-q )?task ([a-z][\w:-]*\b)(?!\$)/g, ([name = ""]) => name in tasks);
      look(
        /\bdeno (?:-q )?task pipeline ([a-z]+)\b(?= [A-Za-z-]|`|"|$)/gm,
        // In prose it is followed by what it does.
        ([name = ""]) => name === "publishes" || isCommand("pipeline", name),
      );
      look(/\bdeno (?:-q )?task headwaters ([a-z]+)\b/g, ([group = ""]) => group in GROUPS);
    }
    assertEquals(wrong, []);
    assertEquals(named > 500, true, `${named}`);
  },
});

function textsOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory, isFile }) => {
    const path = join(folder, name);
    if (isDirectory) {
      const isOfOthers = /^(\.|tests$|node_modules$|samples$|results$|work$|lake$|logs$)/.test(
        name,
      );
      return isOfOthers ? [] : textsOf(path);
    }
    const isText = [".ts", ".md", ".ipynb", ".yaml"].includes(extname(name));
    return isFile && isText && name !== "catalogue.ts" ? [path] : [];
  });
}
