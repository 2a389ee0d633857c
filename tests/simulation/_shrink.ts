import { type LifeOptions, live } from "./_life.ts";
import type { Night, Scenario } from "./_scenario.ts";

/** Returns the smallest scenario that still fails as this one does, one step at a time. */
export async function shrink(scenario: Scenario, options: LifeOptions = {}): Promise<Scenario> {
  const kind = await faultOf(scenario, options);
  if (kind === undefined) return scenario;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    // What did not help before a step that did is tried again in the next round only.
    for (let at = 0;;) {
      const candidate = [...candidates(scenario)][at];
      if (candidate === undefined) break;
      if (await faultOf(candidate, options) !== kind) at++;
      else {
        scenario = candidate;
        isSmaller = true;
      }
    }
  }
  return scenario;
}

/** The kind of the first fault: what it says without numbers and names. */
async function faultOf(scenario: Scenario, options: LifeOptions): Promise<string | undefined> {
  const [first] = (await live(scenario, options)).faults;
  return first?.replace(/^night \d+: /, "").replaceAll(/[\w./=-]*\d[\w./=-]*|"[^"]*"|\{.*\}/g, "#")
    .slice(0, 100);
}

/** Everything that is one step smaller, the largest steps first. */
function* candidates(scenario: Scenario): Generator<Scenario> {
  const { nights, streams } = scenario;
  for (const at of nights.keys()) yield { ...scenario, nights: nights.toSpliced(at, 1) };
  const { files, logs = false } = scenario;
  if (files && (logs || streams.length > 0)) yield { ...scenario, files: false };
  if (logs && (files || streams.length > 0)) yield { ...scenario, logs: false };
  if (files || logs || streams.length > 1) {
    for (const at of streams.keys()) yield { ...scenario, streams: streams.toSpliced(at, 1) };
  }
  for (const [at, night] of nights.entries()) {
    for (const smaller of smallerNights(night)) {
      yield { ...scenario, nights: nights.with(at, smaller) };
    }
  }
  for (const [at, shape] of streams.entries()) {
    const plain = {
      ...shape,
      total: false,
      newestFirst: false,
      lag: 0,
      inclusive: true,
      time: "iso",
    } as const;
    for (const key of ["total", "newestFirst", "lag", "inclusive", "time"] as const) {
      if (shape[key] === plain[key]) continue;
      yield { ...scenario, streams: streams.with(at, { ...shape, [key]: plain[key] }) };
    }
  }
}

function* smallerNights(night: Night): Generator<Night> {
  const { config: _config, ...withoutConfig } = night;
  const { wayBack, ...withoutWayBack } = night;
  const { backfill: _backfill, ...withoutBackfill } = night;
  const { loss: _loss, ...withoutLoss } = night;
  const { happenings, disturbances } = night;
  if (night.config !== undefined) yield withoutConfig;
  if (night.loss !== undefined) yield withoutLoss;
  if (night.backfill !== undefined) yield withoutBackfill;
  if (wayBack !== undefined) yield withoutWayBack;
  if (wayBack?.disturbances.length) yield { ...night, wayBack: { ...wayBack, disturbances: [] } };
  for (const at of disturbances.keys()) {
    yield { ...night, disturbances: disturbances.toSpliced(at, 1) };
  }
  for (const at of happenings.keys()) yield { ...night, happenings: happenings.toSpliced(at, 1) };
  for (const [at, happening] of happenings.entries()) {
    if (!("count" in happening) || happening.count === 1) continue;
    yield {
      ...night,
      happenings: happenings.with(at, { ...happening, count: happening.count - 1 }),
    };
  }
}
