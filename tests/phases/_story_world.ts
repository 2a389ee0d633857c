import { fromFileUrl } from "@std/path";
import { Narrator, WorkFolders } from "../../phases/_narrator/mod.ts";

/** Root of the project. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Work folders in a temporary place, and a narrator whose words can be read. */
export class StoryWorld implements AsyncDisposable {
  readonly folder: string;
  readonly work: WorkFolders;
  readonly narrator: Narrator;
  text = "";

  private constructor(folder: string) {
    this.folder = folder;
    this.work = new WorkFolders({ root: ROOT, work: folder });
    this.narrator = new Narrator({ write: (more) => this.text += more });
  }

  static async create(): Promise<StoryWorld> {
    return new StoryWorld(await Deno.realPath(await Deno.makeTempDir({ prefix: "story-" })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
