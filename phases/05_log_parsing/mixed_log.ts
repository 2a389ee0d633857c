/** Errors of the team for whose header the dashboard was written. */
const KNOWN_ERRORS = 12;
/** Errors of the team that came later. */
const NEW_ERRORS = 3988;
const LINES_OF_EACH = 6000;
const START = Date.UTC(2026, 4, 1);
const TRACE = `java.lang.IllegalStateException: Error in cart
\tat shop.Cart.total(Cart.java:41)
Caused by: java.io.IOException: Error while reading
\tat shop.Db.read(Db.java:7)
\t... 12 more`;

/**
 * Returns one day's log of two teams in one file, always the same: `LEVEL [thread] logger - text` of the first, JSON of the
 * second. In both, words such as "error" are in lines that are none.
 */
export function mixedLog(): string {
  const lines: string[] = [];
  for (let i = 0; i < LINES_OF_EACH; i++) {
    const time = new Date(START + i * 14_000 + i % 997).toISOString();
    lines.push(knownLine(i, time.replace("T", " ").replace(".", ",").slice(0, -1)));
    lines.push(newLine(i, time));
  }
  // What any log has: a line that broke, and one that says nothing.
  lines.splice(4711, 0, '{"ts":"2026-05-01T09:00:00Z","level":"error","ms', "");
  return `${lines.join("\n")}\n`;
}

function knownLine(i: number, time: string): string {
  const isError = i % (LINES_OF_EACH / KNOWN_ERRORS) === 77;
  const head = `${time} ${isError ? "ERROR" : "INFO "} [http-${i % 8}] shop.Cart`;
  if (isError) return `${head} - cannot compute the total\n${TRACE}`;
  return i % 61 === 0 ? `${head} - 0 errors, error rate 0.0` : `${head} - total computed`;
}

function newLine(i: number, ts: string): string {
  // Spread over the day, but dense in one hour.
  const isError = (i * 7919) % LINES_OF_EACH < NEW_ERRORS;
  return JSON.stringify({
    ts,
    level: isError ? "error" : "info",
    msg: isError ? "payment declined" : "payment taken",
    path: `/pay/${["card", "invoice", "wallet"][i % 3]}`,
    status: isError ? 502 : 200,
    duration_ms: 20 + (i * 31) % 80 + (i % 3 === 2 && i % 100 < 12 ? 4000 : 0),
  });
}

/** Counts errors as the dashboard did: by one header, and what does not match is skipped. */
export function dashboardErrors(text: string): number {
  let errors = 0;
  for (const line of text.split("\n")) {
    const match = /^\S+ \S+ (\w+) +\[[^\]]+\] \S+ - /.exec(line);
    if (!match) continue;
    if (match[1] === "ERROR") errors++;
  }
  return errors;
}

/** Counts errors as somebody does who distrusts the dashboard: `grep -ci error`. */
export function grepErrors(text: string): number {
  return text.split("\n").filter((line) => /error/i.test(line)).length;
}
