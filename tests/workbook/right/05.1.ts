import type { Subject } from "../../../notebooks/exercises/05/05.1_account/check.ts";

type Report = ReturnType<Subject["readLog"]>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"];

function linesOf(text: string): string[] {
  return text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function words(raw: string, line: number) {
  const [time = "", level = ""] = raw.split(" ", 2);
  const message = raw.slice(time.length + level.length + 2);
  const isGood = TIME.test(time) && LEVELS.includes(level) &&
    raw[time.length + level.length + 1] === " ";
  return isGood ? { line, time, level, message } : undefined;
}

/** A line as one of three things. */
class Line {
  readonly raw: string;
  readonly line: number;

  constructor(raw: string, line: number) {
    this.raw = raw;
    this.line = line;
  }

  get isBlank(): boolean {
    return !/\S/.test(this.raw);
  }

  get record() {
    return words(this.raw, this.line);
  }
}

function* numbered(text: string): Generator<[number, string]> {
  let line = 0;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at);
    yield [++line, text.slice(at, end < 0 ? undefined : end)];
    at = end < 0 ? text.length : end + 1;
  }
}

/** Unusual, and right. */
export const right: Record<string, Pick<Subject, "readLog">> = {
  "a fold": {
    readLog: (text) =>
      linesOf(text).reduce<Report>((report, raw, i) => {
        const lines = i + 1;
        if (raw.trim() === "") return { ...report, lines, blank: report.blank + 1 };
        const record = words(raw, lines);
        return record === undefined
          ? { ...report, lines, rejects: [...report.rejects, { line: lines, raw, reason: "no" }] }
          : { ...report, lines, records: [...report.records, record] };
      }, { records: [], rejects: [], blank: 0, lines: 0 }),
  },
  "three filters": {
    readLog(text) {
      const all = linesOf(text).map((raw, i) => new Line(raw, i + 1));
      const rest = all.filter(({ isBlank }) => !isBlank);
      return {
        records: rest.flatMap(({ record }) => record ?? []),
        rejects: rest.filter(({ record }) => record === undefined)
          .map(({ raw, line }) => ({ line, raw, reason: `"${raw}" is no record` })),
        blank: all.length - rest.length,
        lines: all.length,
      };
    },
  },
  "a generator that walks from line end to line end": {
    readLog(text) {
      const report: Mutable<Report> = { records: [], rejects: [], blank: 0, lines: 0 };
      for (const [line, raw] of numbered(text)) {
        report.lines = line;
        const record = words(raw, line);
        if (/^\s*$/.test(raw)) report.blank++;
        else if (record) report.records = report.records.concat(record);
        else report.rejects = report.rejects.concat({ line, raw, reason: "malformed" });
      }
      return report;
    },
  },
  "one expression over the whole text": {
    readLog(text) {
      const report = {
        records: [] as Report["records"][number][],
        rejects: [] as Report["rejects"][number][],
        blank: 0,
        lines: 0,
      };
      const pattern =
        /(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (DEBUG|INFO|WARN|ERROR) ([^\n]*)|([^\n]*))(?:\n|$)/y;
      while (pattern.lastIndex < text.length) {
        const [, time, level = "", message = "", raw = ""] = pattern.exec(text) ?? [];
        const line = ++report.lines;
        if (time !== undefined) report.records.push({ line, time, level, message });
        else if (raw.trim() === "") report.blank++;
        else report.rejects.push({ line, raw, reason: "matches nothing" });
      }
      return report;
    },
  },
  "getters that count when asked": {
    readLog(text) {
      const lines = linesOf(text).map((raw, i) => new Line(raw, i + 1));
      return {
        get records() {
          return lines.flatMap(({ record }) => record === undefined ? [] : [record]);
        },
        get rejects() {
          return lines.filter((one) => !one.isBlank && one.record === undefined)
            .map(({ line, raw }) => ({ line, raw, reason: "unreadable" }));
        },
        get blank() {
          return lines.filter(({ isBlank }) => isBlank).length;
        },
        lines: lines.length,
      };
    },
  },
  "an exception for each reject": {
    readLog(text) {
      const report = {
        records: [] as Report["records"][number][],
        rejects: [] as Report["rejects"][number][],
        blank: 0,
        lines: 0,
      };
      for (const raw of linesOf(text)) {
        const line = ++report.lines;
        try {
          if (raw.trim().length === 0) report.blank++;
          else {report.records.push(
              words(raw, line) ?? (() => {
                throw new Error("no header");
              })(),
            );}
        } catch (error) {
          report.rejects.push({ line, raw, reason: (error as Error).message });
        }
      }
      return report;
    },
  },
  "recursion": {
    readLog(text) {
      const go = (lines: readonly string[], line: number): Report => {
        const [raw, ...rest] = lines;
        if (raw === undefined) return { records: [], rejects: [], blank: 0, lines: 0 };
        const after = go(rest, line + 1);
        const found = { ...after, lines: after.lines + 1 };
        const record = words(raw, line);
        if (raw.trim() === "") return { ...found, blank: after.blank + 1 };
        if (record) return { ...found, records: [record, ...after.records] };
        return { ...found, rejects: [{ line, raw, reason: "?" }, ...after.rejects] };
      };
      return go(linesOf(text), 1);
    },
  },
  "groups by kind": {
    readLog(text) {
      const kindOf = (one: Line) => one.isBlank ? "blank" : one.record ? "records" : "rejects";
      const { blank = [], records = [], rejects = [] } = Object.groupBy(
        linesOf(text).map((raw, i) => new Line(raw, i + 1)),
        kindOf,
      );
      return {
        records: records.map(({ record }) => record as Report["records"][number]),
        rejects: rejects.map(({ line, raw }) => ({ line, raw, reason: "of no kind" })),
        blank: blank.length,
        lines: blank.length + records.length + rejects.length,
      };
    },
  },
};
