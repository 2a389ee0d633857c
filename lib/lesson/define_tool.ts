import { EXIT_CODES } from "../errors/mod.ts";
import { type CommandSpec, helpText, parseFlags } from "../terminal/mod.ts";
import type { AnyPhaseTool, PhaseTool } from "./phase_tool.ts";

/**
 * Makes a tool that parses its own command line, strictly, and knows its own help.
 *
 * @param tool Its command line as data, and what it does.
 */
export function defineTool<const Spec extends CommandSpec>(tool: PhaseTool<Spec>): AnyPhaseTool {
  return {
    spec: tool.spec,
    async call(args, output) {
      const parsed = parseFlags(args, tool.spec);
      if (!parsed.help) return await tool.run(parsed, output);
      output.write(helpText(tool.spec, output.style));
      return EXIT_CODES.complete;
    },
  };
}
