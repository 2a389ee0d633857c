import { type Html, html } from "./_html.ts";

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
): Html {
  const most = Math.max(1e-9, ...runs.map((run) => value(run) ?? 0));
  const step = WIDTH / runs.length;
  const last = runs.map(value).findLast((one) => one !== null);
  const bars = runs.map((run, i) => {
    const one = value(run);
    if (one === null) return null;
    // Even nothing is to be seen: it was counted.
    const height = Math.max(1, HEIGHT * one / most);
    const at = (number: number) => number.toFixed(2);
    return html`
      <a
        href="${anchorOf(run)}"><rect class="${run.status}" x="${at(
          i * step + step * 0.1,
        )}" y="${at(HEIGHT - height)}" width="${at(step * 0.8)}" height="${at(height)}"><title>${run
          .started_at.slice(0, 16)}Z ${run.status}: ${format(one)}</title></rect></a>
    `;
  });
  return html`
    <div
      class="card"><span>${title}</span><b>${last === undefined
        ? "none"
        : format(last)}</b><svg viewBox="0 0 ${String(WIDTH)} ${String(
          HEIGHT,
        )}" preserveAspectRatio="none" role="img" aria-label="${title}, at most ${format(
          most < 1e-6 ? 0 : most,
        )}">${bars}</svg></div>
  `;
}

/** Where a run is in the page; an id may be anything if another program wrote the database. */
export function anchorOf({ run_id }: Pick<TrendRun, "run_id">): string {
  return `#${encodeURIComponent(run_id)}`;
}
