import { PROJECT_ROOT } from "../io/mod.ts";
import { findStream } from "./accept.ts";
import { type OpenPipeline, start, withSandbox } from "./launcher.ts";
import { previewConfig, previewFolder } from "./preview.ts";
import { streamId } from "./source_type.ts";

/** What a preview is asked for. */
export interface PreviewRequest {
  /** Records after which reading stops. */
  readonly limit: number;
  /** Whether it prints one JSON document. */
  readonly json: boolean;
}

/**
 * Prints the first records of a stream, in a child process that may read what its source needs and write a folder of
 * its own: neither the pipeline's lake nor its audit database.
 *
 * @returns The exit code.
 */
export async function launchPreview(
  opened: OpenPipeline,
  words: readonly string[],
  { limit, json }: PreviewRequest,
): Promise<number> {
  const stream = findStream(opened.config, words, "preview");
  const folder = previewFolder();
  const { configPath, environment } = opened;
  const own = { ...opened, config: previewConfig(opened.config, stream, folder) };
  const about = { root: PROJECT_ROOT, configPath, environment, json };
  const args = [`--preview=${streamId(stream)}`, `--folder=${folder}`, `--limit=${limit}`];
  return await withSandbox(
    own,
    about,
    (plan) => start(own, { ...plan, args: [...plan.args, ...args] }),
  );
}
