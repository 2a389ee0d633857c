import {
  LAG,
  type NewRows,
  type Row,
  type Source,
  type State,
} from "../../../notebooks/exercises/03/03.4_watermark/stub.ts";
import type { Subject } from "../../../notebooks/exercises/03/03.4_watermark/check.ts";

type ReadNew = Subject["readNew"];

/** A state of their own form. */
function own<S>(read: (source: Source, state: S | null, now: number) => unknown): Subject {
  return { LAG, readNew: read as unknown as ReadNew };
}

/** Keeps the rows themselves. */
function keepingRows(
  { since }: Source,
  state: { at: number; rows: Row[] } | null,
  now: number,
) {
  const { at, rows: known } = state ?? { at: 0, rows: [] };
  const found = since(Math.max(0, at - LAG));
  const isKnown = (row: Row) =>
    known.some(({ id, changed, value }) =>
      id === row.id && changed === row.changed && value === row.value
    );
  const honest = found.map(({ changed }) => changed).filter((changed) => changed <= now);
  const next = Math.max(at, ...honest);
  return {
    rows: found.filter((row) => !isKnown(row)),
    state: { at: next, rows: found.filter(({ changed }) => changed >= next - LAG) },
  };
}

/** Keeps what a row was last, by its id. */
function byId(
  source: Source,
  state: { mark: number; last: Record<string, [number, string]> } | null,
  now: number,
) {
  const mark = state?.mark ?? 0;
  const last = new Map(Object.entries(state?.last ?? {}));
  const rows: Row[] = [];
  let next = mark;
  for (const row of source.since(mark - LAG)) {
    const [changed, value] = last.get(row.id) ?? [];
    if (changed !== row.changed || value !== row.value) rows.push(row);
    last.set(row.id, [row.changed, row.value]);
    if (row.changed <= now && row.changed > next) next = row.changed;
  }
  const kept = [...last].filter(([, [changed]]) => changed >= next - LAG);
  return { rows, state: { mark: next, last: Object.fromEntries(kept) } };
}

/** A loop, and texts with a separator that no number has. */
function loop(source: Source, state: State | null, now: number): NewRows {
  const old = state as (State & { texts: string[] }) | null;
  const watermark = old === null ? 0 : old.watermark;
  const found = source.since(watermark - LAG);
  const rows: Row[] = [];
  for (const row of found) {
    if (!old?.texts.includes(`${row.changed}|${row.value}|${row.id}`)) rows.push(row);
  }
  const next = found.reduce(
    (most, { changed }) => changed > most && changed <= now ? changed : most,
    watermark,
  );
  const texts = found.filter((row) => row.changed + LAG >= next)
    .map((row) => `${row.changed}|${row.value}|${row.id}`);
  return { rows, state: { watermark: next, texts } as State };
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "rows in the state": own(keepingRows),
  "what each id was last": own(byId),
  "texts with a separator": { LAG, readNew: loop },
  "destructured": own(({ since }: Source, state: State | null, now: number) =>
    loop({ since }, state, now)
  ),
  "asynchronous": own(async (source: Source, state: State | null, now: number) => {
    await Promise.resolve();
    return loop(source, state, now);
  }),
  "a state that is a text": own((source: Source, state: string | null, now: number) => {
    const found = loop(source, state === null ? null : JSON.parse(state), now);
    return { rows: found.rows, state: JSON.stringify(found.state) };
  }),
  "a state that is a list": own((source: Source, state: [State] | null, now: number) => {
    const { rows, state: next } = loop(source, state?.[0] ?? null, now);
    return { rows, state: [next] };
  }),
  "the rows in another order": own((source: Source, state: State | null, now: number) => {
    const { rows, state: next } = loop(source, state, now);
    return { rows: rows.toReversed(), state: next };
  }),
};
