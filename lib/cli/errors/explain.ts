import {
  ERROR_CODES,
  type ErrorCodeInfo,
  EXIT_CODES,
  nearest,
  UsageError,
} from "../../errors/mod.ts";
import { defineCommand } from "../command.ts";

/** `headwaters errors explain CODE` */
export const errorsExplain = defineCommand({
  spec: {
    name: "",
    meaning: "Say what a code means and what to do about it",
    words: { CODE: "An error or reject code, such as http-auth" },
    flags: { json: { type: "boolean", meaning: "Print one JSON document" } },
    examples: { "headwaters errors explain lake-damaged": "what it means" },
  },
  run({ words, flags }, { write, style }) {
    const [code = ""] = words;
    const codes: Readonly<Record<string, ErrorCodeInfo>> = ERROR_CODES;
    const info = Object.hasOwn(codes, code) ? codes[code] : undefined;
    if (info === undefined) {
      const near = nearest(code, Object.keys(codes));
      const hint = near === undefined ? "see headwaters errors list" : `did you mean "${near}"?`;
      throw new UsageError("usage", `Cannot explain "${code}": there is no such code; ${hint}`);
    }
    if (flags.json) write(`${JSON.stringify({ code, ...info }, null, 2)}\n`);
    else write(explanation(code, info, style));
    return Promise.resolve(EXIT_CODES.complete);
  },
});

function explanation(
  code: string,
  { family, transient, severity, meaning, next }: ErrorCodeInfo,
  style: { bold(text: string): string },
): string {
  const again = transient
    ? "The same thing may succeed when it is tried again."
    : "Trying the same thing again, unchanged, does not help.";
  const consequence = severity === undefined ? "" : `  As a finding: ${severity}.\n`;
  return `${
    style.bold(code)
  }\n  ${meaning}\n  What to do: ${next}\n  ${again}\n${consequence}  Class: ${family}\n`;
}
