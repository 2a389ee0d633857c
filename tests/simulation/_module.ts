/**
 * A source of the user's own over a simulated file of JSON lines: the whole file, or what was added to it.
 *
 * @module
 */
import type { StreamMode } from "../../lib/audit/mod.ts";
import type { ReadRequest, Source, SourceBatch } from "../../lib/pipeline/mod.ts";

const BATCH = 3;

interface Options {
  readonly name: string;
  readonly mode: StreamMode;
  readonly file: string;
}

export default {
  describe: (options) => {
    const { name, mode, file } = options as unknown as Options;
    return { streams: [{ name, mode, primary_key: ["id"] }], needs: { read: [file] } };
  },

  async *read({ options, state, position, path }: ReadRequest): AsyncGenerator<SourceBatch> {
    const { file, mode } = options as unknown as Options;
    const lines = (await Deno.readTextFile(path(file))).split("\n").filter((line) => line !== "");
    const isWhole = mode === "snapshot";
    for (let next = isWhole ? 0 : Number(position ?? state ?? 0);;) {
      const records = lines.slice(next, next += BATCH).map((line) => JSON.parse(line));
      next = Math.min(next, lines.length);
      const kept = isWhole ? {} : { position: next, state: next };
      if (next < lines.length) yield { records, ...kept };
      else return yield { records, ...kept, end: "end-of-file" };
    }
  },
} satisfies Source;
