import { type Markup, markup } from "./_markup.ts";

const WIDTH = 300;
const HEIGHT = 80;

/** A run in a trend. */
export interface TrendRun {
  readonly run_id: string;
  readonly status: string;
  readonly started_at: string;
}

/** Options of {@linkcode trend}. */
export interface TrendOptions<Run> {
  readonly title: string;
  /** `null` if a run has none. */
  readonly value: (run: Run) => number | null;
  readonly format: (value: number) => string;
}

/** One number of each run as a bar, the oldest first; a bar leads to its run, and says its value where a mouse is. */
export function trend<Run extends TrendRun>(
  runs: readonly Run[],
  { title, value, format }: TrendOptions<Run>,
): Markup {
  const most = Math.max(0, ...runs.map((run) => value(run) ?? 0));
  const step = WIDTH / runs.length;
  const last = runs.map(value).findLast((one) => one !== null);
  const bars = runs.map((run, i) => {
    const one = value(run);
    if (one === null) return null;
    // Even nothing is to be seen: it was counted.
    const height = Math.max(1, HEIGHT * one / (most || 1));
    const place = { x: i * step + step * 0.1, y: HEIGHT - height, width: step * 0.8, height };
    return markup`<a href="${anchorOf(run)}"><rect class="${run.status}"${
      Object.entries(place).map(([name, value]) => markup` ${name}="${value.toFixed(2)}"`)
    }><title>${run.started_at.slice(0, 16)}Z ${run.status}: ${format(one)}</title></rect></a>`;
  });
  const newest = last === undefined ? "none" : format(last);
  const head = markup`<span>${title}</span><b>${newest}</b><span>newest; at most ${format(most)}`;
  const box = markup`viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"`;
  const svg = markup`<svg ${box} role="img" aria-label="${title}">${bars}</svg>`;
  return markup`<div class="card">${head}</span>${svg}</div>`;
}

/** Where a run is in the page; an id may be anything if another program wrote the database. */
function anchorOf({ run_id }: Pick<TrendRun, "run_id">): string {
  return `#${encodeURIComponent(run_id)}`;
}
