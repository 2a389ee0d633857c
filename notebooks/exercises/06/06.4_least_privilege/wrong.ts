import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "allows-everything",
    seen: 'without an API it gives "--allow-net',
    replace: [[
      'return each.length === 0 ? [] : [`--allow-${name}=${each.join(",")}`];',
      'return [`--allow-${name}${each.length === 0 ? "" : `=${each}`}`];',
    ]],
  },
  {
    id: "every-port",
    seen: "api.example.com without a port",
    replace: [[
      'return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;',
      'return protocol === "x:" ? "" : `${hostname}${port ? `:${port}` : ""}`;',
    ]],
  },
  {
    id: "writes-sources",
    seen: "may write /srv/inbox",
    replace: [['flag("write", write)', 'flag("write", read)']],
  },
  {
    id: "cannot-read-its-own",
    seen: "cannot read lake",
    replace: [["const read = [...folders, ...write];", "const read = folders;"]],
  },
  {
    id: "whole-token",
    seen: 'allows the variable "$',
    replace: [[
      'return Array.from(token.matchAll(/\\$\\{(\\w+)\\}/g), ([, name = ""]) => name);',
      'return token === "" ? [] : [token];',
    ]],
  },
  {
    id: "splits-paths",
    seen: "/srv/a,b",
    replace: [["if (odd !== undefined)", 'if (odd === "")']],
  },
  {
    id: "asks-at-night",
    seen: "--no-prompt is not among",
    replace: [['    "--no-prompt",\n', ""]],
  },
] as const satisfies readonly WrongSolution[];
