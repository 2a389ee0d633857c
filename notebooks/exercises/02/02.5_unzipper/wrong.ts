import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

const THROWS = `      if (total > limits.bytes) {
        throw new Error(\`The archive holds more than \${limits.bytes} bytes\`);
      }
`;

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "absolute",
    seen: 'member "/etc/cron.d/x"',
    replace: [[
      '  if (parts[0] === "" || /^[a-z]:/i.test(name)) return "its path is absolute";\n',
      "",
    ]],
  },
  {
    id: "each-for-itself",
    seen: "20 members of 100 bytes",
    replace: [
      ["  let total = 0;\n", ""],
      [
        "    for await (const piece of content) {",
        "    let total = 0;\n    for await (const piece of content) {",
      ],
    ],
  },
  {
    id: "fears-dots",
    seen: "prices..final.csv",
    replace: [['parts.includes("..")', 'name.includes("..")']],
  },
  {
    id: "follows-links",
    seen: 'member "latest.csv"',
    replace: [['(isLink ? "it is a link" : undefined)', "undefined"]],
  },
  {
    id: "leads-out",
    seen: 'member "../up.csv"',
    replace: [['parts.includes("..")', 'parts.includes("...")']],
  },
  {
    id: "no-limit-of-files",
    seen: "5 empty members",
    replace: [["written.length >= limits.files", "total > limits.bytes"]],
  },
  {
    id: "one-ends-all",
    seen: "threw Error",
    replace: [[
      "      refused.push({ name, why });\n      continue;",
      "      throw new Error(`${name}: ${why}`);",
    ]],
  },
  {
    id: "replaces-members",
    seen: 'members "A.csv" and "a.csv"',
    replace: [
      ["seen.has(path.toLowerCase())", "seen.has(path)"],
      ["seen.add(path.toLowerCase())", "seen.add(path)"],
    ],
  },
  {
    id: "stops-too-late",
    seen: "100000 bytes were read",
    replace: [
      [THROWS, ""],
      ["    written.push(path);\n", `${THROWS}    written.push(path);\n`],
    ],
  },
  {
    id: "trusts-size",
    seen: "a member of 100000 bytes says 4",
    replace: [
      [`      total += piece.length;\n${THROWS}`, ""],
      [
        "    seen.add(path.toLowerCase());\n",
        `    seen.add(path.toLowerCase());\n    total += member.size;\n${THROWS}`,
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
