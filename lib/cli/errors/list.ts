import { ERROR_CODES, type ErrorCodeInfo, EXIT_CODES } from "../../errors/mod.ts";
import { definitions, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";

/** `headwaters errors list` */
export const errorsList = defineCommand({
  spec: {
    name: "",
    meaning: "List every error and reject code",
    flags: { json: { type: "boolean", meaning: "Print one JSON document" } },
    examples: { "headwaters errors list": "all codes" },
  },
  run({ flags }, { write, width }) {
    const codes = Object.entries<ErrorCodeInfo>(ERROR_CODES);
    if (flags.json) {
      const rows = codes.map(([code, { family, transient, severity, meaning }]) => (
        { code, family, transient, severity: severity ?? null, meaning }
      ));
      write(jsonDocument(rows));
    } else {
      const rows = codes.map(([code, { transient, meaning }]) =>
        [code, transient ? `${meaning} (transient)` : meaning] as const
      );
      write(definitions(rows, { width }));
    }
    return Promise.resolve(EXIT_CODES.complete);
  },
});
