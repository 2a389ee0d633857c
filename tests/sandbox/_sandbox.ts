import { fromFileUrl } from "@std/path";
import { type Sandbox, type SandboxClock, startSandbox } from "../../lib/sandbox/mod.ts";
import type { SandboxOptions } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";

/** Folder of the committed samples. */
export const SAMPLES = fromFileUrl(new URL("../../data/samples", import.meta.url));

/** Whether a real server can be tested. */
export const NO_SERVER = !granted("read", "net");

/** A moment with milliseconds, so that rounding shows. */
export const NOW = Date.UTC(2018, 1, 7, 12, 0, 0, 250);

/** A clock that only moves when it is told to or slept on. */
export class FakeClock implements SandboxClock {
  time = NOW;
  readonly slept: number[] = [];
  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.time += ms;
    return Promise.resolve();
  }
}

/** Starts a sandbox on the committed samples, its clock standing at {@linkcode NOW}. */
export function start(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ samples: SAMPLES, clock: new FakeClock(), ...options });
}

export const QUAKES = "/usgs/fdsnws/event/1/query";
export const FLIGHTS = "/github/repos/bts/flights/records";
export const STRIKES = "/openalex/strikes";

/** Headers that the listings accept. */
export const BEARER = { Authorization: "Bearer sandbox-token" };

/** Fetches and reads the whole body. */
export async function get(
  sandbox: Sandbox,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${sandbox.url}${path}`, { redirect: "manual", ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export interface Feature {
  readonly id: string;
  readonly properties: { readonly time: number; readonly updated: number; readonly mag: number };
}

export interface Features {
  readonly metadata: { readonly count: number; readonly generated: number };
  readonly features: readonly Feature[];
}

/** Asks for a page of quakes of the whole sample. */
export async function quakes(sandbox: Sandbox, query: string): Promise<Features> {
  const { text } = await get(sandbox, `${QUAKES}?format=geojson&starttime=2018-01-01&${query}`);
  return JSON.parse(text) as Features;
}

/** Asks for a page of flights. */
export function flights(sandbox: Sandbox, query: string) {
  return get(sandbox, `${FLIGHTS}?${query}`, { headers: BEARER });
}

export interface Strikes {
  readonly meta: {
    readonly count: number;
    readonly per_page: number;
    readonly next_cursor?: string | null;
  };
  readonly results: readonly Record<string, unknown>[];
}

/** Asks for a page of strikes by cursor. */
export async function strikes(sandbox: Sandbox, cursor: string, size = 200): Promise<Strikes> {
  const escaped = encodeURIComponent(cursor);
  const path = `${STRIKES}?per-page=${size}&cursor=${escaped}&api_key=sandbox-token`;
  return JSON.parse((await get(sandbox, path)).text) as Strikes;
}

/** Returns the target of a link. */
export function linkTo(headers: Headers, rel: string): string | undefined {
  const link = headers.get("link") ?? "";
  return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(link)?.[1];
}
