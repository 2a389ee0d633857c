import { assertEquals } from "@std/assert";
import { extname } from "@std/path";
import { granted } from "../_granted.ts";

/** Words that texts for users avoid, and what they say instead. */
const WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bledgers?\b/i, "audit database"],
  [
    /\b(normal|standard|recogn|unrecogn|summar|organ|initial|apolog|real|memor|minim|maxim)is(e|ed|es|ing|ation)\b/i,
    "-ize",
  ],
  [
    /\b(colour|behaviour|judgement|neighbour|favour|honour|practis\w+)\w*\b/i,
    "the American spelling",
  ],
  [/(?<!not )\bproven\b|\bnot proven\b/i, "complete, not complete"],
  [/\bborders?\b/i, "boundary"],
  [/\bstands?\b(?! for\b|-)|\bstood\b/i, "is"],
  [/\bbeside\b/i, "next to, apart from"],
  [/\b(begin|begins|begun|start|starts) anew\b/i, "start over"],
  [/\bwithout (a )?words?\b/i, "with no arguments"],
  [/\bnames not\b/i, "does not name"],
  [/\bshall\b/i, "should, must"],
  [/\bwhoever\b/i, "the person who, anyone who"],
  [/\b(is|are|was|were|be|being) told\b(?! apart)|\btold wait\b/i, "is notified; a server wait"],
  [/\bbelongs? into\b/i, "belongs in"],
  [/\bdear\b/i, "expensive"],
  [/\bby (its|their) own word\b/i, "by what it says"],
  [/\bagainst (the )?processor\b/i, "vs CPU"],
  [/\b(records?|rows?|lines?|files?|\d+) (refused|quarantined)\b/i, "rejected"],
  [/\bhad already\b/i, "duplicate, unchanged"],
  [/\bfor ever\b/i, "forever"],
  [
    /\bwhere (the (server|request|answer) |it )(has|says|gives|caps)\b/i,
    "if",
  ],
];

/** What no user reads: the text of a migration is history, a style sheet is code. */
const HISTORY = [
  "lib/audit/migrations.ts",
  "lib/audit/_migration_3.ts",
  "lib/audit/_migration_4.ts",
  "lib/cli/pipeline/_report_style.ts",
  "lib/workbook/_book_style.ts",
  "CHANGELOG.md",
];

/** What the folder of data holds of others' and of runs' making. */
const FOREIGN = /^data\/(samples|lake|logs|results)\/|\/work\//;

Deno.test({
  name: "no text for users has a word that the glossary has another one for",
  ignore: !granted("read"),
  async fn() {
    const faults: string[] = [];
    for await (const path of files(".")) {
      if (HISTORY.includes(path) || FOREIGN.test(path)) continue;
      faults.push(...textsOf(path, await Deno.readTextFile(path)).flatMap(faultsOf(path)));
    }
    assertEquals(faults, []);
  },
});

Deno.test("the search for words reads strings, prose and comments, and no code", () => {
  const find = (path: string, text: string) => textsOf(path, text).flatMap(faultsOf(path)).length;
  assertEquals(find("lib/a.ts", 'const proven = "border"; // whoever'), 0);
  assertEquals(find("lib/a.ts", "say(`at the ${border} of the border`);"), 1);
  assertEquals(find("a.md", "Not `proven`, but proven.\n```ts\nconst proven = 1;\n```\n"), 1);
  assertEquals(find("a.yaml", "border: 1 # it stands here\n"), 1);
  const cells = [{ cell_type: "markdown", source: ["shall"] }, {
    cell_type: "code",
    source: ["x"],
  }];
  assertEquals(find("a.ipynb", JSON.stringify({ cells })), 1);
});

/** The texts in a file that a user reads. */
function textsOf(path: string, text: string): string[] {
  switch (extname(path)) {
    case ".md":
      return prose(text).split(/\n{2,}/);
    case ".yaml":
      return text.match(/#.*/g) ?? [];
    case ".ipynb": {
      const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string[] }[] };
      return cells.map(({ cell_type, source }) =>
        cell_type === "markdown" ? prose(source.join("")) : comments(source.join(""))
      );
    }
    case ".ts":
      return /^(lib|phases|notebooks)\//.test(path)
        ? [...strings(text), ...lesson(path, text)]
        : [];
    default:
      return [];
  }
}

function prose(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```/gm, "").replace(/`[^`\n]*`/g, "");
}

function comments(code: string): string {
  return (code.match(/\/\/.*/g) ?? []).join("\n");
}

/** Literals with a blank in them; what a template fills in is left out. */
function strings(code: string): string[] {
  const tokens = code.match(
    /\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g,
  );
  return (tokens ?? []).filter((token) => !token.startsWith("/") && token.includes(" "))
    .map((token) =>
      token.startsWith("`") ? prose(token.slice(1, -1).replace(/\$\{[^}]*\}/g, "")) : token
    )
    .map((token) => token.replace(/`[^`]*`/g, ""))
    // Two literals around code look like one; no sentence has a call in it.
    .filter((token) => !/\w\(.*\) \{|=> |\breturn\b.*;/.test(token));
}

/** The comments of stubs and solutions are part of the task. */
function lesson(path: string, text: string): string[] {
  return /\/(stub|solution)\.ts$/.test(path)
    ? (text.match(/\/\*\*[\s\S]*?\*\/|\/\/.*/g) ?? [])
    : [];
}

function faultsOf(path: string): (text: string) => string[] {
  return (text) =>
    WORDS.flatMap(([word, instead]) => {
      const found = word.exec(text);
      if (found === null) return [];
      const near = text.slice(Math.max(0, found.index - 40), found.index + 40).replace(/\s+/g, " ");
      return [`${path}: "${found[0]}" (${instead}) in: ${near}`];
    });
}

async function* files(folder: string): AsyncGenerator<string, void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = folder === "." ? name : `${folder}/${name}`;
    if (name.startsWith(".") || name === "coverage" || name === "node_modules") continue;
    if (!isDirectory) yield path;
    else if (path !== "tests" && path !== "tools") yield* files(path);
  }
}
