import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "strictly-after",
    seen: "b has the same second as a, and became visible after it: it gave nothing, wanted b",
    replace: [[
      "  const found = source.since(before - LAG);",
      "  const found = source.since(before - LAG).filter(({ changed }) => changed > before);",
    ]],
  },
  {
    id: "no-lag",
    seen: "b says 1 s before the watermark, and became visible after it: it gave nothing",
    replace: [["source.since(before - LAG)", "source.since(before)"]],
  },
  {
    id: "own-clock",
    seen: "our clock is 240 s ahead, b was written 10 s ago: it gave nothing, wanted b",
    replace: [
      ["  const watermark = Math.max(before, highest);", "  const watermark = now;"],
      [
        "  const highest = found.findLast(({ changed }) => changed <= now)?.changed ?? before;\n",
        "",
      ],
    ],
  },
  {
    id: "brings-it-again",
    seen: "nothing was written since: it gave b, wanted nothing",
    replace: [
      ["  const rows = found.filter((row) => !seen.has(textOf(row)));", "  const rows = found;"],
    ],
  },
  {
    id: "by-id-alone",
    seen: "a was changed, 8 s later: it gave nothing, wanted a",
    replace: [["  return JSON.stringify([id, changed, value]);", "  return id;"]],
  },
  {
    id: "same-second",
    seen: "a was changed once more, in the same second: it gave nothing, wanted a",
    replace: [["JSON.stringify([id, changed, value])", "JSON.stringify([id, changed])"]],
  },
  {
    id: "steps-back",
    seen: "a call brought nothing, and the next one asked from -60 on",
    replace: [
      [
        "?.changed ?? before;\n  const watermark = Math.max(before, highest);",
        "?.changed ?? 0;\n  const watermark = highest;",
      ],
    ],
  },
  {
    id: "runs-ahead",
    seen: "a row from the future came before b: it gave nothing, wanted b",
    replace: [["found.findLast(({ changed }) => changed <= now)", "found.at(-1)"]],
  },
  {
    id: "cut-to-now",
    seen: "our clock is 240 s ahead, and a row from the future came before b: it gave nothing",
    replace: [
      ["found.findLast(({ changed }) => changed <= now)", "found.at(-1)"],
      ["Math.max(before, highest)", "Math.max(before, Math.min(now, highest))"],
    ],
  },
  {
    id: "grows",
    seen: "300 rows came, 5 of them within the lag",
    replace: [["seen: again.map(textOf)", "seen: [...seen, ...rows.map(textOf)]"]],
  },
  {
    id: "asks-for-all",
    seen: "s back from the watermark, LAG is 60",
    replace: [
      ["source.since(before - LAG)", "source.since(0)"],
      [
        "  const again = found.filter(({ changed }) => changed >= watermark - LAG);",
        "  const again = found;",
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
