import { join } from "node:path";
import type { ApiClient } from "../../../api/mod.ts";
import {
  forgetSeenBefore,
  getBoundary,
  remember,
  rememberedOf,
  RememberedRecords,
  seeAgain,
} from "../../../audit/mod.ts";
import { stageRecords } from "../../record_stream.ts";
import type { RunContext } from "../../run_context.ts";
import { streamId, type StreamReader } from "../../source_type.ts";
import type { StreamRecord } from "../../stream_record.ts";
import { credentialsOf } from "./credentials.ts";
import { DistinctMemory } from "./distinct_memory.ts";
import { warnOfOlder } from "./earlier_start.ts";
import { withListingKey } from "./listings.ts";
import { ApiMemory } from "./memory.ts";
import type { ApiSource, ApiStream } from "./schema.ts";
import { ifChanged } from "./validators.ts";
import { PageReader, placeOfNext } from "./page_reader.ts";

/** Returns the reader of one stream of an API. */
export function apiReader(
  ctx: RunContext,
  record: StreamRecord,
  of: { readonly source: ApiSource; readonly stream: ApiStream; readonly client: ApiClient },
): StreamReader {
  const api = { ...of, stream: withListingKey(of.stream) };
  const { stream } = api;
  const { row, state } = record;
  const make = (isAgain: boolean) => memoryOf(ctx, record, { ...api, isAgain });
  const path = join(ctx.disk.root, ctx.staging, `${streamId(row)}.keys`);
  // In an incremental read the duplicates are those of earlier runs, too.
  const repeated = stream.incremental === undefined ? row.duplicates : 0;
  const isFeed = stream.pagination.type === "cursor" && stream.pagination.change_feed;
  const feed = isFeed ? getBoundary(ctx.db, state) : undefined;
  const memory = new DistinctMemory({ stream, make, path, repeated, feed });
  const nextSeen = state.next_seen === placeOfNext(stream);
  const pages = new PageReader(ctx, row, { ...api, memory, nextSeen });
  return {
    memory,
    async read() {
      await pages.open();
      await stageRecords(ctx, record, {
        memory,
        batches: (position) => pages.batches(position, ifChanged(api.source, stream, state)),
        commit: () => pages.commit(),
        committed: () => pages.committed(),
        forget: () => pages.forget(),
      });
      if (ctx.replay === undefined && !pages.isEarlier) warnOfOlder(stream, record, memory);
    },
  };
}

function memoryOf(
  ctx: RunContext,
  record: StreamRecord,
  { source, stream, isAgain }: Parameters<typeof apiReader>[2] & { readonly isAgain: boolean },
): ApiMemory {
  const { row, state, key } = record;
  const { db, backfill } = ctx;
  // What a backfill reads again was published before, and that is what is wanted.
  const isBackfill = backfill !== undefined;
  const keeps = stream.incremental !== undefined && !isBackfill;
  const path = join(ctx.disk.root, ctx.staging, `${streamId(row)}.hashes`);
  const remembered = keeps ? new RememberedRecords(() => rememberedOf(db, row), path) : undefined;
  return new ApiMemory(stream, {
    published: isBackfill || state.boundary_run_id === null ? undefined : getBoundary(db, state),
    from: row.watermark_from,
    knownTo: state.known_to,
    watermark: (isAgain ? null : row.watermark_to) ?? row.watermark_from,
    now: Date.parse(ctx.run.started_at),
    backfill,
    credentials: credentialsOf(source, stream),
    remembered,
    intend() {
      if (remembered === undefined) return;
      const seenAt = new Date(ctx.now()).toISOString();
      remember(db, key, { parts: remembered.parts(), seenAt });
      seeAgain(db, row, { parts: remembered.seen, seenAt });
      const before = new Date(ctx.now() - (stream.incremental?.remember ?? 0)).toISOString();
      forgetSeenBefore(db, row, before);
    },
  });
}
