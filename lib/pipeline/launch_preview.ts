import { hostWithPort } from "../grammar/mod.ts";
import { SuspendedError } from "../errors/mod.ts";
import { PROJECT_ROOT } from "../io/mod.ts";
import { findStream } from "./accept.ts";
import { type OpenPipeline, start, withSandbox } from "./launcher.ts";
import { type Selection, selectStreams } from "./select_streams.ts";
import { sourceTypeOf, streamsOf } from "./sources/mod.ts";
import { previewConfig, previewFolder } from "./preview.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { askAudit } from "./preflight.ts";

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
  await heedWaits(opened, stream);
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

/** A server that wants no request from runs wants none from a preview, which knows nothing of them. */
async function heedWaits({ config, caller }: OpenPipeline, stream: StreamPlan): Promise<void> {
  const source = config.sources.find(({ name }) => name === stream.source);
  if (source === undefined) return;
  const { net = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" });
  if (net.length === 0) return;
  const { waits } = await askAudit({ audit: config.audit }, caller);
  // Before an origin may stand what the requests are for.
  const wait = waits.find(({ origin }) =>
    net.includes(hostWithPort(new URL(origin.split(" ").at(-1) ?? origin)))
  );
  if (wait === undefined) return;
  const { origin, not_before: time, reason } = wait;
  throw new SuspendedError(
    "suspended-wait",
    `Cannot read ${
      streamId(stream)
    } now: ${origin} asked for no request before ${time} (${reason})`,
  );
}

/**
 * Reads the beginning of one stream of each source that is on the network, as a preview does.
 *
 * @param tell Called with the `SOURCE.STREAM` before it is read.
 * @returns The exit code of the first that cannot be read, else 0.
 */
export async function probeSources(
  opened: OpenPipeline,
  selection: Selection,
  tell: (stream: string) => void,
): Promise<number> {
  const selected = selectStreams(opened.config, selection);
  const streams = opened.config.sources.flatMap((source) => {
    const { net = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" });
    const ids = streamsOf(source).filter(({ parent }) => parent === undefined).map(streamId);
    return net.length === 0 ? [] : ids.filter((id) => selected?.includes(id) ?? true).slice(0, 1);
  });
  const codes: number[] = [];
  for (const stream of streams) {
    tell(stream);
    codes.push(await launchPreview(opened, [stream], { limit: 1, json: false }));
  }
  return codes.find((code) => code !== 0) ?? 0;
}
