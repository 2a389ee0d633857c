import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "reads-again",
    seen: "which had been moved, it says take-back",
    replace: [['  if (isThere) return "confirm";\n', ""], [
      "lake[path] !== undefined",
      "lake[path] !== undefined && !isThere",
    ]],
  },
  {
    id: "moves-torn",
    seen: "half of whose bytes are staged, it says move",
    replace: [['staged[path] === sha256 ? "move"', 'path in staged ? "move"']],
  },
  {
    id: "hides-damage",
    seen: "is missing, it says take-back",
    replace: [['isThere ? undefined : "stop"', 'isThere ? undefined : "take-back"']],
  },
  {
    id: "trusts-names",
    seen: "of other bytes, it says nothing",
    replace: [["const isThere = lake[path] === sha256", "const isThere = path in lake"]],
  },
  {
    id: "overwrites",
    seen: "has somebody else's file in the lake, it says move",
    replace: [['  if (lake[path] !== undefined) return "stop";\n', ""]],
  },
  {
    id: "leaves-staging",
    seen: "left.gz is staged for nobody",
    replace: [['    ...left.map((path) => ({ do: "sweep" as const, path })),\n', ""], [
      "  const left = Object.keys(disk.staged).filter((path) => !known.has(path));\n",
      "  void known;\n",
    ]],
  },
  {
    id: "deletes-strangers",
    seen: "stranger.gz",
    replace: [["Object.keys(disk.staged)", "Object.keys({ ...disk.staged, ...disk.lake })"]],
  },
] as const satisfies readonly WrongSolution[];
