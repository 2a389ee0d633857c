import { UsageError } from "../errors/mod.ts";
import { parseFaultArgument } from "./_fault_argument.ts";
import type { Fault, FaultPlace } from "./fault.ts";
import { FAULT_KINDS, type FaultKind, type FaultKindInfo } from "./fault_kinds.ts";
import { SANDBOX_ROUTES } from "./sandbox_routes.ts";

const FORM = /^([^:=@]*):([^=@]*?)(?:=([^@]*?))?(?:@([^@]*?))?(?:x(\d+))?$/;

/**
 * Reads the text of one fault.
 *
 * @param spec `route:kind[=argument][@place][xN]`; {@linkcode FAULT_KINDS} says what it may be.
 * @returns The fault.
 * @throws {UsageError} If a part is wrong; the message names it and what would be right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseFault } from "./parse_fault.ts";
 *
 * const fault = parseFault("flights:503@page4x2");
 * assertEquals(fault.kind, "503");
 * assertEquals(fault.place, { type: "page", page: 4 });
 * assertEquals(fault.times, 2);
 * ```
 */
export function parseFault(spec: string): Fault {
  const match = FORM.exec(spec);
  if (match === null) throw wrong(spec, `expected "route:kind[=argument][@place][xN]"`);
  const [, routeText = "", kindText = "", argumentText, placeText, timesText] = match;
  const route = SANDBOX_ROUTES.find((name) => name === routeText);
  if (route === undefined) {
    throw wrong(spec, `unknown route "${routeText}", expected one of ${SANDBOX_ROUTES.join(", ")}`);
  }
  if (!isKind(kindText)) throw wrong(spec, `unknown kind "${kindText}"`);
  const info: FaultKindInfo = FAULT_KINDS[kindText];
  if (!info.routes.includes(route)) {
    throw wrong(spec, `kind "${kindText}" is for ${info.routes.join(", ")}, found "${route}"`);
  }
  const argument = parseFaultArgument(kindText, argumentText);
  if (typeof argument === "string") throw wrong(spec, argument);
  const place = parsePlace(placeText);
  if (typeof place === "string") throw wrong(spec, place);
  const clash = placeClash(kindText, info, place);
  if (clash !== undefined) throw wrong(spec, clash);
  const times = timesText === undefined ? defaultTimes(info, place) : Number(timesText);
  if (times < 1) throw wrong(spec, `expected at least once, found "x${timesText}"`);
  return { spec, route, kind: kindText, place, times, argument };
}

function isKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULT_KINDS, text);
}

function parsePlace(text: string | undefined): FaultPlace | string {
  if (text === undefined) return { type: "always" };
  const counted = /^(page|req)([1-9]\d{0,8})$/.exec(text);
  if (counted !== null) {
    const count = Number(counted[2]);
    return counted[1] === "page"
      ? { type: "page", page: count }
      : { type: "request", request: count };
  }
  const chance = /^(?:0?\.\d+|1(?:\.0+)?)$/.test(text) ? Number(text) : 0;
  if (chance > 0) return { type: "chance", chance };
  return `unknown place "@${text}", expected @pageN, @reqN or a probability as @0.05`;
}

function placeClash(
  kind: FaultKind,
  info: FaultKindInfo,
  place: FaultPlace,
): string | undefined {
  if (info.effect === "rule" && place.type !== "always") {
    return `kind "${kind}" holds for the whole listing and takes no "@"`;
  }
  if (kind === "duplicate" && place.type === "page" && place.page === 1) {
    return `kind "duplicate" needs a page before it, found "@page1"`;
  }
  if (kind === "endless" && (place.type === "chance" || place.type === "request")) {
    return `kind "endless" takes "@pageN" or nothing`;
  }
  return undefined;
}

function defaultTimes(info: FaultKindInfo, place: FaultPlace): number {
  const counted = place.type === "page" || place.type === "request";
  return counted && !info.lasting ? 1 : Infinity;
}

function wrong(spec: string, part: string): UsageError {
  const reason = `${part}; known kinds: ${Object.keys(FAULT_KINDS).join(", ")}`;
  return new UsageError("usage", `Cannot use fault "${spec}": ${reason}`, {
    context: { spec, reason },
  });
}
