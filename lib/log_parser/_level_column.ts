import { addContext } from "./_app_brackets.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";

/** `thread/LEVEL`, `module[LEVEL]`. */
const NAME_AND_LEVEL = /^[[(]?([^\]()]+)[/[]([A-Z]{3,8})\]?[\])]?:?$/;
/** `L/tag`. */
const LETTER_AND_NAME = /^([A-Z])\/(\S+)$/;

/** `daemon.err`, as BSD and OpenWrt write it. */
const FACILITY_AND_LEVEL = /^<?[a-z]{3,8}[0-7]?\.([a-z]{3,7})>?$/;

/** `warning/ApiListener:`, `host1/INFO/locust.main:`, `ERROR(20)`, `WARNING[1234][C-0001]:`. */
const LEVEL_AND_NAME: readonly RegExp[] = [
  /^(?<level>[a-z]{4,11})\/(?<logger>[A-Z]\w*):?$/,
  /^(?<host>[^/]+)\/(?<level>[A-Z]{4,8})\/(?<logger>[\w.]+):?$/,
  /^(?<level>[A-Z]{4,8})\((?<number>\d{1,5})\):?$/,
  /^(?<level>[A-Z]{4,8})\[(?<pid>\d+)\](?:\[(?<call>[^\]]*)\])?:?$/,
];
/** A word that may as well be the name of a class, a channel or a file. */
const ALSO_NAME =
  /(?:^|\.)(?:[Ss]ystem|[Ll]og|[Cc]onfig|[Nn]ote|[Ss]uccess|[Ff]ail(?:ure)?|[Ff]ine|[Tt]race|[Dd]ebug|[Vv]erbose|[Aa]lert|[Pp]anic|[Aa]ssert|SYSTEM|NOTE|SUCCESS|FAIL(?:URE)?)$/;
/** Of those, what several words show to be levels. */
const DETAIL = /(?:race|ebug|erbose)$/;
/** A single letter, with signs around it. */
const LETTER = /^\W*[A-Za-z]\W*$/;
/** A longer token is no level; looking for its end would take a time that grows with its square. */
const MOST_LEVEL = 64;

const SIGNS = /^[[(<=*]+|[\])>:!*|]+$/g;

/** Reads a level as a column has it: with signs around it, of one letter, or with a name. */
export function levelOf(token: string): number | undefined {
  if (token.length > MOST_LEVEL) return undefined;
  const word = token.replace(SIGNS, "").trim();
  if (word.length === 1) return letterSeverity(/^[deiwf]$/.test(word) ? word.toUpperCase() : word);
  const letter = LETTER_AND_NAME.exec(token)?.[1];
  if (letter !== undefined) return letterSeverity(letter);
  return severityNumber(word.replace(/\d$/, "")) ?? namedLevelOf(token);
}

/** Reads a level that is written together with a name. */
export function namedLevelOf(token: string): number | undefined {
  if (token.length > MOST_LEVEL) return undefined;
  return severityNumber(
    NAME_AND_LEVEL.exec(token)?.[2] ?? FACILITY_AND_LEVEL.exec(token)?.[1] ??
      groupsOf(token)["level"] ?? "",
  );
}

function groupsOf(token: string): Readonly<Record<string, string | undefined>> {
  for (const pattern of LEVEL_AND_NAME) {
    const groups = pattern.exec(token)?.groups;
    if (groups !== undefined) return groups;
  }
  return {};
}

/** Sets severity and what the token of a level also names. */
export function setLevelColumn(record: LogRecord, token: string): void {
  record.severity_number = levelOf(token);
  const letter = LETTER_AND_NAME.exec(token);
  const named = letter === null ? NAME_AND_LEVEL.exec(token) : null;
  const { level, logger, host, pid, number, call = "" } = groupsOf(token);
  if (number !== undefined) setAttribute(record, "level_number", number);
  record.severity_text = letter?.[1] ?? named?.[2] ?? FACILITY_AND_LEVEL.exec(token)?.[1] ??
    level ?? token.replace(SIGNS, "").trim();
  if (letter !== null) record.logger ??= letter[2];
  else if (named !== null && token.startsWith("[")) record.thread_name ??= named[1];
  else if (named !== null) record.logger ??= named[1];
  record.logger ??= logger;
  record.host_name ??= host;
  record.thread_name ??= pid;
  if (call !== "") addContext(record, call);
}

/** Words of one place in all lines, if they may be levels. */
export type LevelWords = readonly string[] | undefined;

/**
 * Index of the level among places that may have it: the first, since what follows may be a method called "error"; but
 * not a class or channel before it that is always called "Trace" or "system". -1: there is none.
 */
export function levelAmong(places: readonly LevelWords[]): number {
  return places.findIndex((words, i) => isLevel(words, i === 0));
}

/**
 * Whether words are levels: not all of them names, too, nor letters that may as well be flags,
 * types of DNS records, units or points of the compass.
 *
 * @param isFirst Whether they are the first that may be.
 */
export function isLevel(words: LevelWords, isFirst: boolean): boolean {
  if (words === undefined) return false;
  const letters = words.filter((word) => LETTER.test(word));
  if (letters.length * 2 > words.length) return areLevels(letters, isFirst);
  if (!words.every((word) => ALSO_NAME.test(word))) return true;
  return words.some((word) => word !== words[0]) && words.some((word) => DETAIL.test(word));
}

/** Nearly every program informs; without that, letters must be of errors, warnings or debugging, and marked or in order. */
function areLevels(letters: readonly string[], isFirst: boolean): boolean {
  const found = new Set(letters.map((letter) => letter.replace(/[^A-Za-z]+/g, "").toUpperCase()));
  if (found.has("I")) return true;
  if (![...found].every((letter) => /^[DWE]$/.test(letter))) return false;
  const isMarked = letters.every((letter) => letter.length > 1);
  return found.size > 1 || isMarked || isFirst && !found.has("D");
}
