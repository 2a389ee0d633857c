import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "opens-everything",
    seen: "--allow-write=out --allow-net --allow-env=TOKEN,TZ: --allow-net",
    replace: [
      [".filter(([, values]) => values.length > 0)", ""],
      [
        '`--allow-${kind}=${values.join(",")}`',
        'values.length === 0 ? `--allow-${kind}` : `--allow-${kind}=${values.join(",")}`',
      ],
    ],
  },
  {
    id: "empty-grant",
    seen: "--allow-net= --allow-env=TOKEN,TZ: --allow-net=",
    replace: [[".filter(([, values]) => values.length > 0)", ""]],
  },
  { id: "asks-at-night", seen: "--allow-read=in", replace: [['["--no-prompt", ...', "[..."]] },
  {
    id: "whole-url",
    seen: "http://plain.example/, https://api.example.com:8443/v2",
    replace: [["plain(hostOf(url), ", "plain(url, "]],
  },
  {
    id: "any-port",
    seen: "localhost:8080, plain.example, api.example.com:8443",
    replace: [[
      '`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`',
      "new URL(url).host",
    ]],
  },
  {
    id: "reads-what-it-writes",
    seen: "--allow-env=TOKEN,TZ; --allow-read has data/in, a.csv, out",
    replace: [["read: job.read.map(", "read: [...job.read, ...job.write].map("]],
  },
  {
    id: "comma-opens-two",
    seen: '{"read":["in,/etc"]} gave --no-prompt --allow-read=in,/etc',
    replace: [[' && !value.includes(",")', ""]],
  },
  {
    id: "wildcard",
    seen: "gave --no-prompt --allow-net=*.example.com:443",
    replace: [[" && !(wildcard && value.includes(wildcard))", ""]],
  },
] as const satisfies readonly WrongSolution[];
