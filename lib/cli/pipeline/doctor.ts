import { EXIT_CODES } from "../../errors/mod.ts";
import { asTyped, escapeControls, jsonDocument, paragraph } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { load } from "../load.ts";
import { CONFIG, JSON_FLAG } from "./_flags.ts";

/** `headwaters pipeline doctor` */
export const pipelineDoctor = defineCommand({
  spec: {
    name: "",
    meaning: "Check what a run needs: configuration, folders, room, database, hosts, clock",
    flags: {
      config: CONFIG,
      probe: {
        type: "boolean",
        meaning: "Connect to each host that the configuration names, once",
      },
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline doctor -c my.yaml": "before the first run; it changes nothing",
      "headwaters pipeline doctor -c my.yaml --probe": "whether the hosts can be reached from here",
    },
  },
  async run({ flags }, { cwd, env, signal, start, style, width, write }) {
    const { examinePipeline } = await load("pipeline/mod.ts");
    const { probe, json } = flags;
    const caller = { cwd, env, signal, start };
    const findings = await examinePipeline(flags.config, caller, { probe });
    const looks = { ok: style.green, warning: style.yellow, fault: style.red, unknown: style.dim };
    const isFaulty = findings.some(({ state }) => state === "fault");
    write(
      json
        ? jsonDocument({ healthy: !isFaulty, findings })
        : findings.map(({ check, state, found }) =>
          `${looks[state](state.padEnd(7))}  ${indented(asTyped(`${check}: ${found}`, cwd), width)}`
        ).join(""),
    );
    const isWrong = findings.some(({ check, state }) =>
      check === "configuration" && state === "fault"
    );
    // As plan and run answer to it.
    if (isWrong) return EXIT_CODES.config;
    return isFaulty ? EXIT_CODES.failed : EXIT_CODES.complete;
  },
});

const INDENT = " ".repeat(9);

/** Wraps what was found behind its state; its own lines stay lines. */
export function indented(text: string, width: number): string {
  return escapeControls(text).split("\n").map((line) => {
    const own = /^ */.exec(line)?.[0] ?? "";
    return paragraph(line.trimStart(), width, INDENT + own);
  }).join("").slice(INDENT.length);
}
