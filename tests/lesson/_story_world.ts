import { fromFileUrl } from "@std/path";
import { Teller, WorkFolders } from "../../lib/lesson/mod.ts";

/** Root of the project. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Work folders in a temporary place, and a teller whose words can be read. */
export class StoryWorld implements AsyncDisposable {
  readonly folder: string;
  readonly work: WorkFolders;
  readonly teller: Teller;
  text = "";

  private constructor(folder: string) {
    this.folder = folder;
    this.work = new WorkFolders({ root: ROOT, work: folder });
    this.teller = new Teller({ write: (more) => this.text += more });
  }

  static async create(): Promise<StoryWorld> {
    return new StoryWorld(await Deno.realPath(await Deno.makeTempDir({ prefix: "story-" })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
