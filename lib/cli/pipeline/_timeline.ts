import { type StreamRow, streamsOf } from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import { countOf, formatCount, formatDuration as positive } from "../../terminal/mod.ts";
import { type Markup, markup } from "./_markup.ts";

/** Streams that are drawn, and pieces of the time of each: so a page of 100,000 requests is as small as one of 100. */
const MOST_LANES = 8;
const PIECES = 120;
/** Pieces in which breaks are looked for. */
const FINE_PIECES = 500;
/** A time without any request is left out if it is longer than this, in ms, and than a tenth of all. */
const LEAST_BREAK = 60_000;
const WIDTH = 1000;
const BREAK_WIDTH = 20;
/** Of the bars, and of the strip of waits below them. */
const HEIGHT = 44;
const STRIP = { y: HEIGHT + 4, height: 10 } as const;

/** A time in which requests were made, in ms from the start of the run. */
interface Stretch {
  readonly begun: number;
  readonly ended: number;
  /** Where it is drawn. */
  readonly x: number;
}

/** Where times are drawn. */
interface Axis {
  readonly stretches: readonly Stretch[];
  /** Ms of a piece. */
  readonly piece: number;
  /** Width of a ms. */
  readonly scale: number;
}

/** What was asked for in one piece of time. */
type Piece = {
  readonly source: string;
  readonly stream: string;
  readonly at: number;
  readonly pages: number;
  readonly retries: number;
  readonly waited_ms: number;
  readonly took_ms: number;
  readonly wait_begun: number | null;
  readonly wait_ended: number | null;
};

/** Draws when each stream of a run asked for its pages, what was asked again, and the waits; `null` if nobody knows. */
export function timeline(db: Database, run: string): Markup | null {
  const axis = axisOf(db, run);
  if (axis === undefined) return null;
  const pieces = axis.stretches.flatMap((stretch) =>
    piecesOf(db, run, { stretch, ms: axis.piece }).map((piece) => ({ stretch, piece }))
  );
  const rows = streamsOf(db, run).filter((row) => pieces.some(({ piece }) => isOf(piece, row)))
    .toSorted((a, b) => b.waited_ms - a.waited_ms || b.requests - a.requests);
  const lanes = rows.slice(0, MOST_LANES).map((row) => {
    return lane(row, pieces.filter(({ piece }) => isOf(piece, row)), axis);
  });
  return markup`<p class="note"><span class="key requests"></span>requests <span class="key retries"></span>retries
<span class="key waits"></span>waits, for a rate limit, for the server or between attempts. ${
    notes(rows.length, axis)
  }</p>${lanes}<p class="axis">${axisLabels(axis)}</p>`;
}

function isOf(piece: Piece, { source, stream }: StreamRow): boolean {
  return piece.source === source && piece.stream === stream;
}

/** Of a time before the start, by a clock that was put back, nothing is to be said. */
function formatDuration(ms: number): string {
  return positive(Math.max(0, ms));
}

function notes(streams: number, { stretches, piece }: Axis): string {
  const breaks = stretches.slice(1).map((next, i) => {
    const { ended } = stretches[i] ?? next;
    return `${formatDuration(next.begun - ended)} without a request, after ${
      formatDuration(ended)
    }`;
  });
  return [
    `One bar is ${formatDuration(piece)}; a page is where it was first asked for.`,
    ...(breaks.length === 0 ? [] : [`Left out at each dashed line: ${breaks.join("; ")}.`]),
    ...(streams > MOST_LANES
      ? [`The ${MOST_LANES} streams of ${streams} that waited longest.`]
      : []),
  ].join(" ");
}

function axisOf(db: Database, run: string): Axis | undefined {
  const all = db.get<{ begun: number | null; ended: number }>(
    "SELECT min(asked_ms) AS begun, max(asked_ms + took_ms) AS ended FROM pages WHERE run_id = ?",
    [run],
  );
  if (all === undefined || all.begun === null) return undefined;
  // A clock that was put back makes a request of before the start.
  const from = Math.min(0, all.begun);
  const total = Math.max(1, all.ended - from);
  const found = db.all<{ begun: number; ended: number }>(
    `SELECT min(asked_ms) AS begun, max(asked_ms + took_ms) AS ended FROM pages
     WHERE run_id = :run AND asked_ms IS NOT NULL GROUP BY (asked_ms - :from) / :piece ORDER BY begun`,
    { run, from, piece: Math.ceil(total / FINE_PIECES) },
  );
  const busy: { begun: number; ended: number }[] = [{ begun: from, ended: from }];
  for (const next of found) {
    const last = busy.at(-1);
    const isBreak = next.begun - (last?.ended ?? from) > Math.max(LEAST_BREAK, total / 10);
    if (last === undefined || isBreak) busy.push(next);
    else last.ended = Math.max(last.ended, next.ended);
  }
  const drawn = Math.max(1, busy.reduce((sum, { begun, ended }) => sum + ended - begun, 0));
  const scale = (WIDTH - BREAK_WIDTH * (busy.length - 1)) / drawn;
  let x = 0;
  const stretches = busy.map(({ begun, ended }) => {
    const stretch = { begun, ended, x };
    x += (ended - begun) * scale + BREAK_WIDTH;
    return stretch;
  });
  return { stretches, scale, piece: Math.ceil(drawn / PIECES) };
}

function piecesOf(
  db: Database,
  run: string,
  { stretch, ms }: { readonly stretch: Stretch; readonly ms: number },
): Piece[] {
  return db.all<Piece>(
    `SELECT source, stream, (asked_ms - :begun) / :ms AS at, count(*) AS pages, sum(attempts - 1) AS retries,
       sum(waited_ms) AS waited_ms, sum(took_ms) AS took_ms, min(iif(waited_ms > 0, asked_ms, NULL)) AS wait_begun,
       max(iif(waited_ms > 0, asked_ms + took_ms, NULL)) AS wait_ended
     FROM pages WHERE run_id = :run AND asked_ms BETWEEN :begun AND :ended GROUP BY source, stream, at`,
    { run, ms, begun: stretch.begun, ended: stretch.ended },
  );
}

/** The bars of a stream, and in words what they come to. */
function lane(
  row: StreamRow,
  pieces: readonly { readonly stretch: Stretch; readonly piece: Piece }[],
  axis: Axis,
): Markup {
  const most = Math.max(1, ...pieces.map(({ piece }) => piece.pages + piece.retries));
  const words = [
    countOf(row.requests, "request"),
    row.retries === 1 ? "1 retry" : `${formatCount(row.retries)} retries`,
    `waited ${formatDuration(row.waited_ms)}`,
    `at most ${countOf(most, "request")} a bar`,
  ].join(", ");
  const name = `${row.source}.${row.stream}`;
  const marks = pieces.map(({ stretch, piece }) => marksOf(piece, { stretch, most, axis }));
  const breaks = axis.stretches.slice(1).map(({ x }) => {
    const middle = (x - BREAK_WIDTH / 2).toFixed(1);
    return markup`<line x1="${middle}" x2="${middle}" y1="0" y2="${
      String(STRIP.y + STRIP.height)
    }"/>`;
  });
  const box = markup`viewBox="0 0 ${String(WIDTH)} ${String(STRIP.y + STRIP.height)}"`;
  return markup`<div class="card lane"><b>${name}</b><span>${words}</span><svg ${box} preserveAspectRatio="none" role="img" aria-label="${name}: ${words}">${marks}${breaks}</svg></div>`;
}

function marksOf(
  piece: Piece,
  { stretch, most, axis }: {
    readonly stretch: Stretch;
    readonly most: number;
    readonly axis: Axis;
  },
): Markup {
  const { at, pages, retries, waited_ms: waited, took_ms: took } = piece;
  const xOf = (ms: number) => Math.min(WIDTH, stretch.x + (ms - stretch.begun) * axis.scale);
  const begun = stretch.begun + at * axis.piece;
  const x = xOf(begun);
  const width = Math.max(2, Math.min(WIDTH - x, axis.piece * axis.scale * 0.9));
  const high = (count: number) => count === 0 ? 0 : Math.max(2, HEIGHT * count / most);
  const [bar, again] = [high(pages), Math.min(high(retries), HEIGHT - 2)];
  const base = Math.min(bar, HEIGHT - again);
  const { wait_begun: from, wait_ended: to } = piece;
  const wait = from === null || to === null
    ? null
    : markup`<rect class="waits" fill-opacity="${
      Math.max(0.2, Math.min(1, waited / Math.max(1, took))).toFixed(2)
    }"${place({ x: xOf(from), width: Math.max(2, xOf(to) - xOf(from)), ...STRIP })}/>`;
  const title = [
    `after ${formatDuration(begun)}: ${countOf(pages, "page")}`,
    ...(retries > 0 ? [retries === 1 ? "1 retry" : `${formatCount(retries)} retries`] : []),
    ...(waited > 0 ? [`waited ${formatDuration(waited)}`] : []),
  ].join(", ");
  return markup`<g><title>${title}</title><rect class="requests"${
    place({ x, y: HEIGHT - base, width, height: base })
  }/>${
    again === 0
      ? null
      : markup`<rect class="retries"${
        place({ x, y: HEIGHT - base - again, width, height: again })
      }/>`
  }${wait}</g>`;
}

function place(where: Readonly<Record<"x" | "y" | "width" | "height", number>>): Markup {
  const { x, y, width, height } = where;
  const text = (value: number) => value.toFixed(1);
  return markup` x="${text(x)}" y="${text(y)}" width="${text(width)}" height="${text(height)}"`;
}

function axisLabels({ stretches }: Axis): Markup {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return markup``;
  const middle = (first.begun + last.ended) / 2;
  const times = stretches.length > 1
    ? [first.begun, last.ended]
    : [first.begun, middle, last.ended];
  return markup`${
    times.map((ms, i) => markup`<span>${i === 0 ? "start" : formatDuration(ms)}</span>`)
  }`;
}
