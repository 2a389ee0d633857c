import { valueAt } from "../../grammar/mod.ts";
import { parseWait } from "../headers/parse_wait.ts";
import type { WaitDecision } from "./wait_decision.ts";

/** Where a refusal usually says it: at the top, or in the object that describes the error. */
const PLACES = [
  [],
  ["error"],
  ["errors", 0],
  ["parameters"],
  ["errors", 0, "extensions"],
  ["error", "details"],
  // Google's list of details, of which one is a RetryInfo.
  ...[0, 1, 2, 3].map((at) => ["error", "details", at]),
];
/** Names of the value, without `_` and `-`, in lower case, and what a number counts. */
const NAMES: Readonly<Record<string, "s" | "ms" | undefined>> = {
  retryafter: undefined,
  retryafterseconds: "s",
  retryaftersec: "s",
  retryafterms: "ms",
  retryaftermillis: "ms",
  retryaftermilliseconds: "ms",
  retryin: undefined,
  retrydelay: undefined,
};
const UNIT = "(?:milli|m)?s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?";
const SPAN = `\\d+(?:\\.\\d+)?\\s*(?:${UNIT})(?![a-z])`;
/** "Try again in 1 minute and 5 seconds", "Expected available in 3 seconds" */
const SENTENCE = new RegExp(
  `(?:again|retry|wait|available|resets?)\\s+(?:in|after|for)?\\s*(${SPAN}(?:(?:[\\s,]|and)*${SPAN})*)`,
  "i",
);

function sentenceWait(text: string, now: number): number | undefined {
  return parseWait(SENTENCE.exec(text)?.[1]?.replaceAll("and", " "), { now });
}

/** Returns the wait that the body of a refusal asks for, in a field of a usual name or in its sentence. */
export function bodyWait(body: unknown, now: number): WaitDecision | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  for (const place of PLACES) {
    const part = valueAt(body, place);
    if (typeof part === "string") {
      const wait = sentenceWait(part, now);
      if (wait !== undefined && wait > 0) return decision(wait, part);
    }
    if (typeof part !== "object" || part === null) continue;
    for (const [key, value] of Object.entries(part)) {
      const wait = waitOf(key, value, now);
      if (wait !== undefined && wait > 0) return decision(wait, `${key}: ${value}`);
    }
  }
  return undefined;
}

function waitOf(key: string, value: unknown, now: number): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const name = key.toLowerCase().replaceAll(/[_-]/g, "");
  if (Object.hasOwn(NAMES, name)) return parseWait(value, { unit: NAMES[name], now });
  if (name !== "message" && name !== "detail" && name !== "description") return undefined;
  return sentenceWait(String(value), now);
}

function decision(wait: number, told: unknown): WaitDecision {
  return { wait, source: "body", reason: `the body says ${told}` };
}
