import { makeLink } from "../_make_link.ts";
import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
import { runHeadwaters, type Said, said, startHeadwaters } from "./_run_headwaters.ts";

export { said };

/** A folder of a test, in which the real command runs as a user would call it. */
export class UserFolder implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "cli-test-" }));

  /** @param files Texts by name. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** Returns the path of something in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): void {
    Deno.mkdirSync(dirname(this.at(name)), { recursive: true });
    Deno.writeTextFileSync(this.at(name), text);
  }

  /** Makes a symbolic link. */
  async link(name: string, target: string): Promise<void> {
    await makeLink(target, this.at(name));
  }

  start(...args: readonly string[]): Deno.ChildProcess {
    return startHeadwaters(args, { cwd: this.path });
  }

  /** Runs the command to its end. */
  run(...args: readonly string[]): Promise<Said> {
    return runHeadwaters(args, { cwd: this.path });
  }

  /** Everything in it by its path: the hash of a file, where a link leads, or "folder". */
  tree(): Record<string, string> {
    const found: Record<string, string> = {};
    const visit = (folder: string, prefix: string) => {
      for (const entry of Deno.readDirSync(folder)) {
        const path = join(folder, entry.name);
        found[prefix + entry.name] = entry.isSymlink
          ? Deno.readLinkSync(path)
          : entry.isDirectory
          ? "folder"
          : createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
        if (entry.isDirectory) visit(path, `${prefix}${entry.name}/`);
      }
    };
    visit(this.path, "");
    return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => a < b ? -1 : 1));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
