import type { Subject } from "../../../notebooks/exercises/05/05.2_one_event/check.ts";

type Form = Subject["events"];
type Event = ReturnType<Form> extends Generator<infer Item, void> ? Item : never;

const DIGITS = "dddd-dd-dd dd:dd:dd";

function isHeader(line: string): boolean {
  return [...DIGITS].every((wanted, i) =>
    wanted === "d" ? /\d/.test(line[i] ?? "") : line[i] === wanted
  );
}

function isJson(line: string): boolean {
  if (!/^\{[^]*\}$/.test(line)) return false;
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

function isBlank(line: string): boolean {
  return !/\S/.test(line);
}

function withoutLastBlanks(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

/** Blank lines are taken in, and off again when the event ends. */
function* trimmedAtTheEnd(lines: Iterable<string>): Generator<Event, void> {
  let held: string[] = [];
  let start = 1;
  let number = 0;
  const give = (): Event[] => {
    const rest = withoutLastBlanks(held);
    const [first] = rest;
    if (first === undefined) return [];
    return [{ line: start, header: isHeader(first) || isJson(first), lines: rest }];
  };
  for (const line of lines) {
    number++;
    const isFirst = withoutLastBlanks(held).length === 0;
    if (!isBlank(line) && (isFirst || isHeader(line) || isJson(line) || isJson(held[0] ?? ""))) {
      yield* give();
      held = [];
      start = number;
    }
    held.push(line);
  }
  yield* give();
}

/** A state machine of closures. */
class Joiner {
  #open: { line: number; header: boolean; lines: string[] } | undefined;
  #blanks: string[] = [];
  #number = 0;

  /** Takes a line; returns the event that it ends. */
  take(line: string): Event | undefined {
    this.#number++;
    if (isBlank(line)) {
      this.#blanks.push(line);
      return undefined;
    }
    const blanks = this.#blanks.splice(0);
    const header = isHeader(line) || isJson(line);
    if (!header && this.#open !== undefined && !isJson(this.#open.lines[0] ?? "")) {
      this.#open.lines.push(...blanks, line);
      return undefined;
    }
    const ended = this.#open;
    this.#open = { line: this.#number, header, lines: [line] };
    return ended;
  }

  end(): Event | undefined {
    return this.#open;
  }
}

/** Asks for the next line itself. */
function* byHand(lines: Iterable<string>): Generator<Event, void> {
  const source = lines[Symbol.iterator]();
  let number = 0;
  const next = () => {
    const step = source.next();
    number++;
    return step.done === true ? undefined : step.value;
  };
  let line = next();
  while (line !== undefined) {
    if (isBlank(line)) {
      line = next();
      continue;
    }
    const [start, header, whole] = [number, isHeader(line) || isJson(line), isJson(line)];
    const own = [line];
    const blanks: string[] = [];
    for (line = next(); line !== undefined; line = next()) {
      if (isBlank(line)) blanks.push(line);
      else if (whole || isHeader(line) || isJson(line)) break;
      else own.push(...blanks.splice(0), line);
    }
    yield { line: start, header, lines: own };
  }
}

function* pairs(lines: Iterable<string>): Generator<[number, string]> {
  let number = 0;
  for (const line of lines) yield [++number, line];
}

/** Unusual, and right. */
export const right: Record<string, { events: Form }> = {
  "blank lines taken off at the end": { events: trimmedAtTheEnd },
  "a state machine in a class": {
    *events(lines) {
      const joiner = new Joiner();
      for (const line of lines) {
        const event = joiner.take(line);
        if (event !== undefined) yield event;
      }
      const last = joiner.end();
      if (last !== undefined) yield last;
    },
  },
  "a loop of next() calls": { events: byHand },
  "an iterator helper": {
    events: ((lines: Iterable<string>) => {
      const joiner = new Joiner();
      const end = {};
      const marked = function* () {
        yield* lines;
        yield end;
      };
      return Iterator.from<unknown>(marked())
        .flatMap((line) => {
          const event = line === end ? joiner.end() : joiner.take(line as string);
          return event === undefined ? [] : [event];
        });
    }) as unknown as Form,
  },
  "an object with an iterator": {
    events: ((lines: Iterable<string>) => ({
      [Symbol.iterator]: () => byHand(lines),
    })) as unknown as Form,
  },
  "events that are classes": {
    *events(lines) {
      class Found {
        readonly line: number;
        readonly header: boolean;
        readonly lines: string[];
        constructor(event: Event) {
          this.line = event.line;
          this.header = event.header;
          this.lines = [...event.lines];
        }
      }
      for (const event of trimmedAtTheEnd(lines)) yield new Found(event);
    },
  },
  "numbers first": {
    *events(lines) {
      let open: [number, string][] = [];
      for (const [number, line] of pairs(lines)) {
        const ends = !isBlank(line) &&
          (isHeader(line) || isJson(line) || open.every(([, one]) => isBlank(one)) ||
            isJson(open[0]?.[1] ?? ""));
        if (ends) {
          yield* eventsOf(open);
          open = [];
        }
        if (open.length > 0 || !isBlank(line)) open.push([number, line]);
      }
      yield* eventsOf(open);
    },
  },
  "one line of lookahead": {
    *events(lines) {
      const source = lines[Symbol.iterator]();
      let number = 0;
      let ahead = source.next();
      let own: string[] = [];
      let start = 0;
      while (ahead.done !== true) {
        const line = ahead.value;
        number++;
        ahead = source.next();
        if (own.length === 0 && isBlank(line)) continue;
        if (own.length === 0) start = number;
        own.push(line);
        const next = ahead.done === true ? undefined : ahead.value;
        const first = own[0] ?? "";
        const isEnd = next === undefined || isHeader(next) || isJson(next) ||
          isJson(first) && !isBlank(next);
        if (!isEnd) continue;
        yield {
          line: start,
          header: isHeader(first) || isJson(first),
          lines: withoutLastBlanks(own),
        };
        own = [];
      }
    },
  },
};

function eventsOf(open: readonly (readonly [number, string])[]): Event[] {
  const lines = withoutLastBlanks(open.map(([, line]) => line));
  const [first] = open;
  if (first === undefined || lines.length === 0) return [];
  return [{ line: first[0], header: isHeader(first[1]) || isJson(first[1]), lines }];
}
