import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "guesses",
    seen: 'parseRetryAfter("3 hours") gave 3000',
    replace: [
      [
        "  if (/^\\d+$/.test(text)) return Number(text) * 1000;",
        `  const seconds = parseInt(text);
  if (!Number.isNaN(seconds)) return Math.max(0, seconds) * 1000;`,
      ],
    ],
  },
  {
    id: "local-clock",
    seen: 'parseRetryAfter("Sat, 21 Nov 2026 03:00:00 GMT") gave 0',
    replace: [
      [
        `  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return Math.max(0, then - from);`,
        "  return Math.max(0, then - clock.now);",
      ],
    ],
  },
  {
    id: "local-time",
    seen: 'form: parseRetryAfter("Sat Nov 21 03:00:00 2026") gave 0',
    replace: [
      [
        "  const time = known ? Date.parse(ASCTIME.test(text) ? `${text} GMT` : text) : NaN;",
        "  const time = known ? Date.parse(text) : NaN;",
      ],
    ],
  },
  {
    id: "negative-wait",
    seen: 'parseRetryAfter("Sat, 21 Nov 2026 02:00:00 GMT") gave -3510000',
    replace: [
      ["  return Math.max(0, then - from);", "  return then - from;"],
    ],
  },
  {
    id: "not-a-number",
    seen: 'parseRetryAfter("") gave NaN',
    replace: [
      [
        `  /** The response's \`Date\` header; \`null\` if it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */`,
        "  readonly date: string | null;",
      ],
      [
        `const TODAY = /^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]+day, \\d{2}-[A-Z][a-z]{2}-\\d{2} \\d{2}:\\d{2}:\\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d \\d{2}:\\d{2}:\\d{2} \\d{4}$/;

/** Returns the wait in ms that \`Retry-After\` asks for; \`undefined\` if it says nothing we know. */
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\\d+$/.test(text)) return Number(text) * 1000;
  const then = parseHttpDate(text);
  if (then === undefined) return undefined;
  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return Math.max(0, then - from);
}

function parseHttpDate(text: string): number | undefined {
  const known = TODAY.test(text) || RFC_850.test(text) || ASCTIME.test(text);
  const time = known ? Date.parse(ASCTIME.test(text) ? \`\${text} GMT\` : text) : NaN;
  // Date.parse makes 3 March of 31 February. In each form the day is the first number.
  return new Date(time).getUTCDate() === Number(/\\d+/.exec(text)?.[0]) ? time : undefined;
}
`,
        `export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  if (value === null) return undefined;
  if (/^\\s*\\d+\\s*$/.test(value)) return Number(value) * 1000;
  const from = clock.date === null ? clock.now : Date.parse(clock.date);
  return Math.max(0, Date.parse(value.endsWith("GMT") ? value : \`\${value} GMT\`) - from);
}
`,
      ],
    ],
  },
  {
    id: "one-form",
    seen: '21-Nov-26 03:00:00 GMT") gave undefined',
    replace: [
      [
        `  /** The response's \`Date\` header; \`null\` if it has none. */
  readonly date: string | null;
  /** The local time, in ms since the epoch. */`,
        "  readonly date: string | null;",
      ],
      [
        `const RFC_850 = /^[A-Z][a-z]+day, \\d{2}-[A-Z][a-z]{2}-\\d{2} \\d{2}:\\d{2}:\\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d \\d{2}:\\d{2}:\\d{2} \\d{4}$/;

/** Returns the wait in ms that \`Retry-After\` asks for; \`undefined\` if it says nothing we know. */`,
        "",
      ],
      [
        `  const then = parseHttpDate(text);
  if (then === undefined) return undefined;
  const from = parseHttpDate(clock.date ?? "") ?? clock.now;
  return Math.max(0, then - from);
}

function parseHttpDate(text: string): number | undefined {
  const known = TODAY.test(text) || RFC_850.test(text) || ASCTIME.test(text);
  const time = known ? Date.parse(ASCTIME.test(text) ? \`\${text} GMT\` : text) : NaN;
  // Date.parse makes 3 March of 31 February. In each form the day is the first number.
  return new Date(time).getUTCDate() === Number(/\\d+/.exec(text)?.[0]) ? time : undefined;
}
`,
        `  if (!TODAY.test(text)) return undefined;
  const from = clock.date === null ? clock.now : Date.parse(clock.date);
  return Math.max(0, Date.parse(text) - from);
}
`,
      ],
    ],
  },
  {
    id: "seconds-as-milliseconds",
    seen: 'parseRetryAfter("120") gave 120',
    replace: [
      [
        "  if (/^\\d+$/.test(text)) return Number(text) * 1000;",
        "  if (/^\\d+$/.test(text)) return Number(text);",
      ],
    ],
  },
  {
    id: "trusts-date-parse",
    seen: 'parseRetryAfter("21 Nov 2026 03:00:00 GMT") gave 90000',
    replace: [
      [
        `const TODAY = /^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]+day, \\d{2}-[A-Z][a-z]{2}-\\d{2} \\d{2}:\\d{2}:\\d{2} GMT$/;`,
        "const DATE = /GMT$/;",
      ],
      [
        "  const known = TODAY.test(text) || RFC_850.test(text) || ASCTIME.test(text);",
        "  const known = DATE.test(text) || ASCTIME.test(text);",
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
