/**
 * Prints as JSON what `inventory()` finds in a folder, `{ paths, problems }`; globs after the folder exclude. Run as a
 * process whose flags deny access to a part of the folder.
 */
import { inventory } from "../../lib/files/mod.ts";

const [folder = "", ...exclude] = Deno.args;
const problems: unknown[] = [];
const found = inventory(folder, { exclude, onProblem: (problem) => problems.push(problem) });
const entries = await Array.fromAsync(found);
console.log(JSON.stringify({ paths: entries.map(({ path }) => path), problems }));
