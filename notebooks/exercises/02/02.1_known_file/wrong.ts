import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

const TIME =
  '  if (standing?.size === file.size && standing.mtime === file.mtime) return "unchanged";\n';

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "hashes-everything",
    seen: '"touched", 1 reads',
    replace: [[TIME, ""]],
  },
  {
    id: "knows-by-name",
    seen: 'sha256 ccc: "unchanged"',
    replace: [[TIME, '  if (standing !== undefined) return "unchanged";\n']],
  },
  {
    id: "name-is-identity",
    seen: 'path copy.csv, mtime 9: "new"',
    replace: [[
      "known.filter((one) => one.sha256 === sha256 && one.path !== file.path)",
      "known.filter((one) => one.sha256 === sha256 && one.path === file.path)",
    ]],
  },
  {
    id: "oldest-verdict",
    seen: 'mtime 1: "unchanged"',
    replace: [[
      "const last = known.findLast(({ path }) => path === file.path);",
      "const last = known.find(({ path }) => path === file.path);",
    ]],
  },
  {
    id: "rejected-holds-place",
    seen: 'mtime 5: "duplicate"',
    replace: [['same.some(({ verdict }) => verdict === "published")', "same.length > 0"]],
  },
  {
    id: "retries-rejected",
    seen: 'mtime 5: "new"',
    replace: [['  if (same.some(holds)) return "rejected";\n', ""]],
  },
  {
    id: "touched-is-new",
    seen: 'mtime 2: "new',
    replace: [[
      '  if (standing?.sha256 === sha256 || published?.sha256 === sha256) return "touched";\n',
      "",
    ]],
  },
  {
    id: "takes-in-again",
    seen: 'and aaa is back; mtime 3, keys k1: "new-version"',
    replace: [[" || published?.sha256 === sha256)", ")"]],
  },
  {
    id: "verdict-outlives-cause",
    seen: 'keys k2: "unchanged"',
    replace: [[
      '(one: Known) => one.verdict === "published" || one.keys === keys',
      "(_: Known) => true",
    ]],
  },
] as const satisfies readonly WrongSolution[];
