/** The parameters that a statement names. */
export interface ScannedParameters {
  /** How many values `?` and `?N` want. */
  readonly positional: number;
  /** Bare names of `:name`, `@name` and `$name`. */
  readonly names: ReadonlySet<string>;
}

// Comments, strings and quoted names come first, so that nothing inside them is taken for a parameter.
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\?(\d*)|[:@$]([\w$\u0080-\uffff]+)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g;

const BLANK = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/;

/** Finds the parameters of one statement; the driver would silently bind NULL to a missing one. */
export function scanParameters(sql: string): ScannedParameters {
  let positional = 0;
  const names = new Set<string>();
  for (const [, number, name] of sql.matchAll(TOKEN)) {
    if (name !== undefined) names.add(name);
    else if (number !== undefined) {
      positional = number === "" ? positional + 1 : Math.max(positional, Number(number));
    }
  }
  return { positional, names };
}

/** Says whether a text holds nothing but white space, semicolons and comments. */
export function isBlankSql(sql: string): boolean {
  return BLANK.test(sql);
}

/** Quotes the name of a table or column. */
export function quoteName(name: string): string {
  if (name === "" || name.includes("\0")) {
    throw new TypeError(`Cannot quote name ${JSON.stringify(name)}: wanted text without NUL`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}
