import { ERROR_CODES, type ErrorCodeInfo, EXIT_CODES } from "../../errors/mod.ts";
import { table } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";

/** `headwaters errors list` */
export const errorsList = defineCommand({
  spec: {
    name: "",
    meaning: "List every error and reject code",
    flags: { json: { type: "boolean", meaning: "Print one JSON document" } },
    examples: { "headwaters errors list": "all codes" },
  },
  run({ flags }, { write, style, width }) {
    const codes = Object.entries<ErrorCodeInfo>(ERROR_CODES);
    if (flags.json) {
      const rows = codes.map(([code, { family, transient, severity, meaning }]) => (
        { code, family, transient, severity: severity ?? null, meaning }
      ));
      write(`${JSON.stringify(rows, null, 2)}\n`);
    } else {
      const rows = codes.map(([code, { transient, meaning }]) => [
        code,
        transient ? "transient" : "",
        meaning,
      ]);
      const columns = [{ title: "code" }, { title: "" }, { title: "meaning" }];
      write(table(columns, rows, { heading: style.dim, width }));
    }
    return Promise.resolve(EXIT_CODES.complete);
  },
});
