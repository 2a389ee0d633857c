import { assert } from "@std/assert";
import { granted } from "../_granted.ts";

/** The cells of a notebook by their ids: what they say, and what running them left. */
interface Cells {
  source(id: string): string;
  output(id: string): string;
}

const WORDS = "no one two three four five six seven eight nine ten eleven twelve thirteen".split(
  " ",
);

/** What the prose counts (`#`), and how often it is there in code and outputs, which the slow tests keep fresh. */
const COUNTS: Readonly<Record<string, Readonly<Record<string, (cells: Cells) => number>>>> = {
  "00_foundations": {
    "writes a program that tries # things": attempts,
    "One of the # will fail": attempts,
    "# mistakes. How many": problems,
    "costs you # deployments": problems,
    "Which of these # lines": (cells) => count(cells.source("secrets-run"), /^ {2}"in /gm),
    "# times `false`, for": (cells) => count(cells.output("boundaries-tangled"), /\bfalse\b/g),
    "Parsing a # MB file": (cells) => setting(cells, "fileBytes") / 1e6,
    "# requests to a server": (cells) => setting(cells, "requests"),
    "that takes # ms": (cells) => setting(cells, "latency"),
    "faster are # in flight": (cells) => setting(cells, "inFlight"),
    "with # in flight": (cells) => setting(cells, "inFlight"),
  },
  "01_apis": {
    "Pagination: # ways": (cells) => count(cells.output("pagination-compare"), /^\w+ \(/gm),
    "# pages, not five": (cells) =>
      number(cells.output("pagination-compare"), /quake pages +\d+ +(\d+)/),
    "the line that lost # records": (cells) =>
      number(cells.output("pagination-naive-run"), /should be +([\d,]+)/) -
      number(cells.output("pagination-naive-run"), /at 200 +([\d,]+)/),
    "holds back the # others": (cells) =>
      number(cells.output("pagination-compare"), /flight pages +\d+ +(\d+)/) - 1,
    "The # lines above have": (cells) =>
      (/```python\n([\s\S]*?)\n```/.exec(cells.source("bridge"))?.[1] ?? "").split("\n").length,
    "The sandbox speaks #": (cells) => count(cells.output("retry-run"), /█ /g),
    "# forms name a wait of 2 seconds": (cells) => count(cells.output("retry-run"), / 2,000$/gm),
    "thrown on #": (cells) =>
      count(cells.output("retry-run"), /^(retry-after-\w+|past|malformed) /gm),
    "five seconds on # more": (cells) =>
      count(cells.output("retry-run"), /^(x?-?ratelimit.*|none|html) /gm),
    "holds # broken records": (cells) =>
      number(cells.source("partial-run"), /badrecord=(\d)@page3/),
    "# ways in which a listing lies": (cells) =>
      count(cells.output("completeness-run"), /=|@/g) -
      count(cells.output("completeness-run"), /=.*@/g),
    "in # rows the loop has thousands too many": (cells) =>
      [...cells.output("completeness-run").matchAll(/^\S+ +([\d,]+)/gm)]
        .filter(([, naive = ""]) => Number(naive.replace(",", "")) > 11_000).length,
  },
  "03_databases": {
    "A table with # events": (cells) => number(cells.source("reading-run"), /i < (\d+)/),
    "in pages of #": (cells) => number(cells.source("reading-compare"), /LIMIT (\d+)/),
    "deletes # rows that": (cells) => number(cells.source("reading-run"), /LIMIT (\d+)\)/),
    "jobs that each add # to it": (cells) => number(cells.source("lost-careful"), /\+ (\d+)/),
  },
  "02_files": {
    "# files, eleven verdicts": (cells) =>
      count(cells.output("verdicts-compare"), /^(?:weather|Seattle)/gm),
    "**# rows** are rejected": (cells) =>
      number(cells.output("verdicts-compare"), /published, (\d) rows rejected +✓/),
    "the # others": (cells) =>
      number(cells.output("inventory-run"), /weather_2013_q4\.csv .* (\d+)$/m),
    "how many of its # pieces": (cells) =>
      (/^[\d, ]+$/m.exec(cells.output("split-naive-run"))?.[0] ?? "").split(",").length,
  },
};

for (const [name, counts] of Object.entries(COUNTS)) {
  Deno.test({
    name: `every count in the prose of notebook ${name} is what its cells show`,
    ignore: !granted("read"),
    async fn() {
      const { cells, prose } = await read(`notebooks/${name}.ipynb`);
      for (const [sentence, compute] of Object.entries(counts)) {
        const found = compute(cells);
        assert(found > 0, sentence);
        const wanted = [WORDS[found] ?? "", found.toLocaleString("en")]
          .map((word) => sentence.replace("#", word).toLowerCase());
        assert(wanted.some((text) => prose.includes(text)), `the prose should say "${wanted}"`);
      }
    },
  });
}

async function read(path: string): Promise<{ readonly cells: Cells; readonly prose: string }> {
  const { cells } = JSON.parse(await Deno.readTextFile(path)) as { cells: RawCell[] };
  const cell = (id: string) => {
    const found = cells.find((one) => one.id === id);
    if (found === undefined) throw new RangeError(`Cannot find cell "${id}" of ${path}`);
    return found;
  };
  const outputs = (id: string) =>
    (cell(id).outputs ?? []).map(({ text, data, evalue }) =>
      [text ?? data?.["text/plain"] ?? evalue ?? ""].flat().join("")
    );
  const prose = cells.filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => source.join("")).join("\n").replace(/\s+/g, " ").toLowerCase();
  return {
    cells: { source: (id) => cell(id).source.join(""), output: (id) => outputs(id).join("\n") },
    prose,
  };
}

interface RawCell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly {
    readonly text?: string | readonly string[];
    readonly data?: Readonly<Record<string, string | readonly string[]>>;
    readonly evalue?: string;
  }[];
}

function attempts(cells: Cells): number {
  return count(cells.source("environment-program"), /": \(\) =>/g);
}

function problems(cells: Cells): number {
  return number(cells.output("configuration-break"), /(\d+) problems/);
}

function setting(cells: Cells, name: string): number {
  return number(cells.source("memory-measure"), new RegExp(`${name}: ([\\de]+)`));
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function number(text: string, pattern: RegExp): number {
  return Number((pattern.exec(text)?.[1] ?? "").replace(",", ""));
}
