import { type Role, sureRole, type Vote, voteOf } from "./_value_roles.ts";

/** Where the message is in lines whose columns a sign separates. */
export interface MessagePlace {
  /** Columns before it. */
  readonly before: number;
  /** Columns after it. */
  readonly tail: number;
  /** What those are, last to first. */
  readonly tailRoles: readonly (Role | undefined)[];
}

interface Field {
  /** Share of the values that have several words. */
  readonly prose: number;
  readonly different: number;
  readonly vote: Vote;
  readonly isMethod: boolean;
  /** It holds places in the code, requests or sizes: words of a header, however many they are. */
  readonly isAbout: boolean;
}

/** Share of the lines that must have a column. */
const AGREED = 0.98;
/** Share of the values of a message that have several words. */
const PROSE = 0.5;
/** A message has more values than a column, even if one word is all it says. */
const FEW_VALUES = 3;
const MOST_FIELDS = 13;
const MOST_LOOKED_AT = 400;
const WORDS = /[A-Za-z]\S*\s+\S|\S\s+\S*[A-Za-z]/;
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PROPFIND)$/;

/** `(pkg/check.go:11 in Run)`, `db.py:11 in save`; `GET /orders/1`; `4 ms`. */
const ABOUT =
  /^\(?[\w./-]+\.[A-Za-z]\w{0,4}:\d+(?: in [\w.<>()*]+)?\)?$|^[A-Z]{3,9} \/\S*$|^[\d.,]+ ?[A-Za-zµμ%]{1,5}$/;

/**
 * Finds the message among the columns: the last one with texts of several words, though others may stand behind it.
 *
 * Lines that are all columns, as those of requests, have none: what follows their level stays together.
 */
export function messageOf(
  rests: readonly string[],
  delimiter: string,
  level: number,
): MessagePlace {
  const rows = rests.map((rest) =>
    rest.slice(rest.indexOf(delimiter) + 1).split(delimiter).map((text) => text.trim())
  );
  let width = 0;
  while (
    width < MOST_FIELDS &&
    rows.filter((row) => row.length > width).length >= rows.length * AGREED
  ) width++;
  const fields = Array.from({ length: width }, (_, i) => fieldOf(rows, i));
  const last = width - 1;
  const at = fields.some(({ isMethod }) => isMethod)
    ? -1
    : messageAmong(fields, level, rows.length);
  if (at < 0) return { before: level + 1, tail: 0, tailRoles: [] };
  const tail = last - at;
  const tailRoles = Array.from(
    { length: tail },
    (_, i) => sureRole(rows.map((row) => row.at(-1 - i) ?? "")),
  );
  return { before: at, tail, tailRoles };
}

function fieldOf(rows: readonly (readonly string[])[], index: number): Field {
  const values = rows.map((row) => row[index] ?? "");
  return {
    prose: values.filter((text) => WORDS.test(text.slice(0, MOST_LOOKED_AT))).length /
      values.length,
    different: new Set(values).size,
    vote: voteOf(values),
    isMethod: values.every((text) => METHOD.test(text)),
    isAbout: values.every((text) => ABOUT.test(text.slice(0, MOST_LOOKED_AT))),
  };
}

function messageAmong(fields: readonly Field[], level: number, lines: number): number {
  const last = fields.length - 1;
  let best = -1;
  for (const isContext of [true, false]) {
    for (const [i, { prose, different, vote, isAbout }] of fields.entries()) {
      // A message may say "worker 3" often; a column of texts that is none comes before it.
      if (i <= level || isContext !== (vote.role === "context") || prose < PROSE) continue;
      // Of a column in the middle it must be most.
      if (isAbout || i < last && prose === PROSE) continue;
      // What stands before a message may be different in each line while few messages come again.
      if (isContext || best < 0 || different >= (fields[best]?.different ?? 0)) best = i;
    }
    if (best >= 0) return best;
  }
  const field = fields[last];
  if (field === undefined || last <= level || field.vote.role !== "context") return -1;
  const isText = field.different > Math.max(FEW_VALUES, lines / 8);
  return isText && fields.every(({ different }) => different <= field.different) ? last : -1;
}
