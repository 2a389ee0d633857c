import { parseDuration } from "../grammar/mod.ts";
import type { FaultArgument } from "./fault.ts";
import type { FaultKind } from "./fault_kinds.ts";
import { RETRY_HINTS, type RetryHintForm } from "./retry_hints.ts";

export const ENDLESS_WAYS = ["loop", "same", "repeat", "empty"] as const;
export type EndlessWay = (typeof ENDLESS_WAYS)[number];
const REDIRECT_WAYS = ["same", "foreign"] as const;

/** Returns the argument, or the sentence that says what is wrong with it. */
export function parseFaultArgument(
  kind: FaultKind,
  text: string | undefined,
): FaultArgument | string {
  switch (kind) {
    case "429":
      return parseHint(text ?? "retry-after");
    case "503":
      return parseHint(text ?? "none");
    case "slow":
    case "stall":
      return parseDelay(kind, text);
    case "short":
    case "badrecord":
    case "cap":
    case "ceiling":
    case "miscount":
      return parseCount(kind, text);
    case "limit":
      return parseRate(text);
    case "endless":
      return parseWord(kind, text, ENDLESS_WAYS);
    case "redirect":
      return parseWord(kind, text, REDIRECT_WAYS);
    default:
      return text === undefined ? {} : `kind "${kind}" takes no argument, found "=${text}"`;
  }
}

function parseHint(text: string): FaultArgument | string {
  const [name = "", waitText, ...rest] = text.split(":");
  if (!isHintForm(name)) {
    return `unknown retry hint "${name}", expected one of ${Object.keys(RETRY_HINTS).join(", ")}`;
  }
  if (waitText === undefined) return { hint: { form: name, seconds: 1 } };
  if (!RETRY_HINTS[name].wait) return `retry hint "${name}" takes no wait, found ":${waitText}"`;
  if (rest.length > 0 || !/^\d{1,9}$/.test(waitText)) {
    return `wait "${[waitText, ...rest].join(":")}" is no number of seconds`;
  }
  return { hint: { form: name, seconds: Number(waitText) } };
}

function isHintForm(text: string): text is RetryHintForm {
  return Object.hasOwn(RETRY_HINTS, text);
}

function parseDelay(kind: string, text: string | undefined): FaultArgument | string {
  const ms = text === undefined ? undefined : durationOf(text);
  return ms === undefined
    ? `kind "${kind}" needs a duration as "=2s", found ${shown(text)}`
    : { ms };
}

function parseCount(kind: string, text: string | undefined): FaultArgument | string {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text)
    ? { count: Number(text) }
    : `kind "${kind}" needs a count as "=5", found ${shown(text)}`;
}

function parseRate(text: string | undefined): FaultArgument | string {
  const [count = "", span = ""] = (text ?? "").split("/");
  const ms = durationOf(span);
  return /^[1-9]\d{0,8}$/.test(count) && ms !== undefined && ms > 0
    ? { count: Number(count), ms }
    : `kind "limit" needs a rate as "=20/1s", found ${shown(text)}`;
}

function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined; // reported with the fault's own kind and example
  }
}

function parseWord(
  kind: string,
  text: string | undefined,
  words: readonly [string, ...string[]],
): FaultArgument | string {
  const word = text ?? words[0];
  return words.includes(word)
    ? { word }
    : `kind "${kind}" takes one of ${words.join(", ")}, found "${word}"`;
}

function shown(text: string | undefined): string {
  return text === undefined ? "nothing" : `"=${text}"`;
}
