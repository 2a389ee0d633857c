/**
 * Writes the examples at the end of lib/errors/error_codes.ts: of each code the message that its real cause in the tests
 * leads to. Its permissions are those of the tests, since one of the causes is a path that may not be read:
 *
 * `deno run --no-prompt --allow-read=.,/tmp --allow-write=lib/errors,/tmp --allow-net=127.0.0.1 --allow-run=deno
 * --allow-env=TMPDIR,TMP,TEMP tests/errors/causes/write_examples.ts && deno fmt lib/errors`
 *
 * @module
 */
import { ERROR_CODES, type ErrorCode } from "../../../lib/errors/mod.ts";
import { cause } from "./cause.ts";

const BEGIN = "export const EXAMPLES: Readonly<Record<ErrorCode, string>> = {\n";

const lines: string[] = [];
for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
  const { code: found, message } = await cause(code);
  if (found !== code) throw new Error(`the cause of ${code} leads to ${found}: ${message}`);
  lines.push(`  ${JSON.stringify(code)}:\n    ${JSON.stringify(message)},\n`);
}
const file = new URL("../../../lib/errors/error_codes.ts", import.meta.url);
const text = await Deno.readTextFile(file);
const end = text.indexOf(BEGIN) + BEGIN.length;
if (end < BEGIN.length) throw new Error(`${file} has no "${BEGIN.trimEnd()}"`);
await Deno.writeTextFile(file, `${text.slice(0, end)}${lines.join("")}};\n`);
