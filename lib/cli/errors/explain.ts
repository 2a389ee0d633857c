import {
  actionsOf,
  describePolicy,
  ERROR_CODES,
  type ErrorCode,
  type ErrorCodeInfo,
  EXAMPLES,
  EXIT_CODES,
  exitCodesOf,
  nearest,
  UsageError,
} from "../../errors/mod.ts";
import { asTyped, jsonDocument, paragraph } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { load } from "../load.ts";

/** `headwaters errors explain CODE` */
export const errorsExplain = defineCommand({
  spec: {
    name: "",
    meaning: "Say what a code means and what to do about it",
    words: {
      CODE: "An error or reject code, such as http-auth, or how a listing ended: past-the-end",
    },
    flags: { json: { type: "boolean", meaning: "Print one JSON document" } },
    examples: { "headwaters errors explain lake-damaged": "what it means" },
  },
  async run({ words, flags }, { cwd, write, style, width }) {
    const { SIGNS } = await load("api/mod.ts");
    const { CONTRADICTIONS, ENDS } = await load("audit/mod.ts");
    const [code = ""] = words;
    const known: Readonly<Record<string, ErrorCodeInfo | Sign>> = {
      ...Object.fromEntries(
        Object.entries(CONTRADICTIONS).map(([name, meaning]) => [name, { says: "gap", meaning }]),
      ),
      ...ENDS,
      ...SIGNS,
      ...ERROR_CODES,
    };
    const info = Object.hasOwn(known, code) ? known[code] : undefined;
    if (info === undefined) {
      const codes = Object.keys(known);
      const near = nearest(code, codes) ?? codes.find((one) => one.split("-").includes(code));
      const hint = near === undefined ? "see headwaters errors list" : `did you mean "${near}"?`;
      throw new UsageError("usage", `Cannot explain "${code}": there is no such code; ${hint}`);
    }
    if (flags.json) {
      write(jsonDocument({ code, ...("says" in info ? info : asData(code as ErrorCode)) }));
    } else {
      const lines = ("says" in info ? ofSign(info) : ofCode(code as ErrorCode))
        .map((line) => paragraph(asTyped(line, cwd), width, "  "));
      write(`${style.bold(code)}\n${lines.join("")}`);
    }
    return EXIT_CODES.complete;
  },
});

const WORTH = {
  end: "it is the end",
  perhaps: "it is perhaps the end",
  more: "there is more",
  gap: "something is missing",
};

/** A sign of where a listing ends. */
interface Sign {
  readonly says: keyof typeof WORTH;
  readonly meaning: string;
}

function ofSign({ says, meaning }: Sign): string[] {
  return [meaning, `A sign of where a listing ends: ${WORTH[says]}.`];
}

const CONSEQUENCES = {
  "reject-file": ["What becomes of it: the file is rejected."],
  "reject-row": ["What becomes of it: the row is rejected, the others are not."],
  "repair": ["What becomes of it: it is mended."],
  "accept": ["What becomes of it: it is counted."],
} as const;

function ofCode(code: ErrorCode): string[] {
  const { family, transient, varies, severity, may, meaning, next }: ErrorCodeInfo =
    ERROR_CODES[code];
  return [
    meaning,
    `What to do: ${next}`,
    `What a run does: ${describePolicy(code)}.`,
    `Exit code: ${exitCodesOf(code)}.`,
    varies
      ? "Whether trying the same thing again helps depends on the case, as the first line says."
      : transient
      ? "The same thing may succeed when it is tried again."
      : "Trying the same thing again, unchanged, does not help.",
    ...(severity === undefined ? [] : CONSEQUENCES[severity]),
    ...(may === undefined ? [] : [`on_finding may set: ${may.join(", ")}.`]),
    `In the library it is ${/^[AEIOUH]/.test(family) ? "an" : "a"} ${family}.`,
    `Such as: ${EXAMPLES[code].replaceAll(/\n\s*/g, " | ")}`,
  ];
}

/** The same for a program. */
function asData(code: ErrorCode) {
  return {
    ...ERROR_CODES[code],
    policy: actionsOf(code),
    exit: exitCodesOf(code),
    example: EXAMPLES[code],
  };
}
