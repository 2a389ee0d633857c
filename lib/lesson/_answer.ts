import { writeTextSync } from "../io/mod.ts";
/** Writes one JSON value as a line on standard output: how a child script of a story answers. */
export function answer(value: unknown): void {
  writeTextSync(Deno.stdout, `${JSON.stringify(value)}\n`);
}
