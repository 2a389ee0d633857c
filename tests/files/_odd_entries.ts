/**
 * Makes in a folder what a test process with narrow permissions cannot make: `link NAME TARGET`, `pipe NAME` and, where the file
 * system takes names that are not UTF-8, `raw NAME` with octal escapes (`\377`) and `rawdir NAME`.
 *
 * Usage: `deno run --allow-read --allow-write --allow-run=sh _odd_entries.ts FOLDER WORDS...`
 */
import { join } from "@std/path";

const [folder = "", ...words] = Deno.args;
while (words.length > 0) {
  const [kind, name = ""] = words.splice(0, 2);
  if (kind === "link") {
    Deno.symlinkSync(words.shift() ?? "", join(folder, name));
  } else {
    const make = kind === "raw" ? "touch" : kind === "pipe" ? "mkfifo" : "mkdir";
    const { success } = new Deno.Command("sh", {
      args: ["-c", `${make} "$(printf "$1")"`, "sh", name],
      cwd: folder,
    }).outputSync();
    if (!success) Deno.exit(1);
  }
}
