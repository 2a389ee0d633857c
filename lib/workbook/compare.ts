import { dataTable } from "./data_table.ts";
import type { Displayable } from "./displayable.ts";

/** What can be predicted. */
export type Prediction = number | string | boolean;

/**
 * Sets a prediction next to what happened. A wrong prediction is no error: it is what the cell was for.
 *
 * @param predicted What the reader said, by the question.
 * @param happened What the run said, by the same questions.
 * @throws {TypeError} If a question has no answer.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const shown = compare({ "pages": 17 }, { "pages": 18 });
 * assertStringIncludes(String(shown), "think again");
 * // A year is a text, as a number it would have a comma; either is a right guess.
 * assertStringIncludes(String(compare({ "year": 2026 }, { "year": "2026" })), "as you said");
 * ```
 */
export function compare<Question extends string>(
  predicted: Readonly<Record<Question, Prediction | undefined>>,
  happened: Readonly<Record<Question, Prediction>>,
): Displayable {
  const questions = Object.keys(predicted) as Question[];
  return dataTable(questions.map((question) => {
    const [guess, fact] = [predicted[question], happened[question]];
    if (fact === undefined) {
      throw new TypeError(`Cannot compare "${question}": the run gives no answer to it`);
    }
    const verdict = guess === undefined
      ? "no prediction: write one above, then run again"
      : String(guess) === String(fact)
      ? "✓ as you said"
      : "✗ think again: why?";
    return { question, "you said": shown(guess ?? "—"), "it was": shown(fact), "": verdict };
  }));
}

/** Text keeps both columns on one side, whatever a reader predicts. */
function shown(value: Prediction): string {
  return typeof value === "number" ? value.toLocaleString("en") : String(value);
}
