import { parseWait } from "../headers/parse_wait.ts";
import type { WaitDecision } from "./wait_decision.ts";

/** How deep, and in how many values, a refusal is searched for it. */
const MAX_DEPTH = 4;
const MAX_VALUES = 500;
/** Names of the value, without `_` and `-`, in lower case, and what a number counts. */
const NAMES: Readonly<Record<string, "s" | "ms" | undefined>> = {
  retryafter: undefined,
  retryafterseconds: "s",
  retryaftersec: "s",
  retryafterms: "ms",
  retryaftermillis: "ms",
  retryaftermilliseconds: "ms",
  retryafterdate: undefined,
  retryaftertime: undefined,
  retryat: undefined,
  retryin: undefined,
  retrydelay: undefined,
};
/** Names of when a quota begins anew; a number that is no instant may be anything. */
const RESETS: ReadonlySet<string> = new Set([
  "nextreset",
  "ratelimitreset",
  "ratelimitresetat",
  "reset",
  "resetat",
  "resetdate",
  "resetsat",
  "resettime",
]);
const INSTANT = /^\d{10,14}(\.\d+)?$|^\d{4}-\d\d-\d\dT|^[a-z]{3}, \d/i;
const UNIT = "(?:milli|m)?s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?";
const SPAN = `\\d+(?:\\.\\d+)?\\s*(?:${UNIT})(?![a-z])`;
/** "Try again in 1 minute and 5 seconds", "Expected available in 3 seconds" */
const SENTENCE = new RegExp(
  `(?:again|retry|wait|available|resets?)\\s+(?:in|after|for)?\\s*(${SPAN}(?:(?:[\\s,]|and)*${SPAN})*)`,
  "i",
);

/** "Try again at 2026-11-27T12:00:00Z", "until Fri, 27 Nov 2026 12:00:00 GMT" */
const SENTENCE_AT = new RegExp(
  "(?:again|retry|wait|available|resets?|until)\\s+(?:at|on|after|until)?\\s*((?:[a-z]+,?\\s+)?(?:\\d{4}-\\d\\d-\\d\\d|" +
    "\\d{1,2} [a-z]+ \\d{4})[t ,]+\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?:\\s*(?:[+-]\\d\\d:?\\d\\d|[a-z]{1,5}\\b))?)",
  "i",
);

/** "RetryAfterMs=4000", "Retry-After: 4" */
const PAIR =
  /retry[-_ ]?after[-_]?(ms|millis|milliseconds|s|secs?|seconds)?["']?\s*[=:]\s*["']?(\d+(?:\.\d+)?)(?![\w.:-])/i;

function sentenceWait(text: string, now: number): number | undefined {
  const [, unit = "s", count] = PAIR.exec(text) ?? [];
  if (count !== undefined) return parseWait(count, { unit: /^mi|^ms/i.test(unit) ? "ms" : "s" });
  const span = SENTENCE.exec(text)?.[1]?.replaceAll("and", " ");
  return parseWait(span ?? SENTENCE_AT.exec(text)?.[1], { now });
}

/**
 * Returns the wait that the body of a refusal asks for, in a field of a usual name or in its sentence.
 *
 * @param isQuota Whether it was refused for a quota, so that it comes after the reset of one.
 */
export function bodyWait(body: unknown, now: number, isQuota: boolean): WaitDecision | undefined {
  if (typeof body === "string") {
    const wait = sentenceWait(body, now);
    return wait === undefined ? undefined : decision(wait, body);
  }
  if (typeof body !== "object" || body === null) return undefined;
  let longest: WaitDecision | undefined;
  for (const [key, value] of fieldsOf(body)) {
    const wait = waitOf(key, value, now) ?? (isQuota ? resetOf(key, value, now) : undefined);
    if (wait === undefined || wait <= (longest?.wait ?? 0)) continue;
    longest = decision(wait, `${key}: ${value}`);
  }
  return longest;
}

/** Yields the texts and numbers of a body, those of its outer parts first, with the name of the field that they are in. */
function* fieldsOf(body: object): Generator<readonly [key: string, value: string | number]> {
  let left = MAX_VALUES;
  let level: (readonly [string, unknown])[] = Object.entries(body);
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const inner: (readonly [string, unknown])[] = [];
    for (const [key, value] of level) {
      if (left-- <= 0) return;
      if (typeof value === "string" || typeof value === "number") yield [key, value];
      if (typeof value !== "object" || value === null) continue;
      // What is in a list has the name of the list.
      const entries = Object.entries(value);
      inner.push(...entries.map(([own, one]) => [Array.isArray(value) ? key : own, one] as const));
    }
    level = inner;
  }
}

/** Names of fields that hold a sentence. */
const SAYING: ReadonlySet<string> = new Set([
  "message",
  "detail",
  "details",
  "description",
  "error",
  "errors",
  "errormessage",
  "errordescription",
  "reason",
  "title",
]);

function nameOf(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, "");
}

function resetOf(key: string, value: string | number, now: number): number | undefined {
  if (!RESETS.has(nameOf(key)) || !INSTANT.test(String(value))) return undefined;
  return parseWait(value, { now });
}

function waitOf(key: string, value: string | number, now: number): number | undefined {
  const name = nameOf(key);
  if (Object.hasOwn(NAMES, name)) return parseWait(value, { unit: NAMES[name], now });
  if (!SAYING.has(name)) return undefined;
  return sentenceWait(String(value), now);
}

function decision(wait: number, told: unknown): WaitDecision {
  return { wait, source: "body", reason: `the body says ${told}` };
}
