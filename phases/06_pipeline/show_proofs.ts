import { join } from "@std/path";
import { exists } from "../../lib/io/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";

/** A row of GUARANTEES.md: a promise, and the test that fails without it. */
interface Guarantee {
  readonly promise: string;
  readonly file: string;
}

/** Folders of tests, and what they do to a run. */
const KINDS: Readonly<Record<string, string>> = {
  crash: "stopped at every step",
  simulation: "whole lives on a simulated machine",
  pipeline: "one disturbance at a time",
  e2e: "the command line, its permissions, its signals",
};

/** Shows how the promises of a run are tested, as GUARANTEES.md has it. */
export async function showProofs(
  narrator: Narrator,
  work: WorkFolders,
): Promise<{ readonly promises: number; readonly missing: readonly string[] }> {
  const text = await Deno.readTextFile(join(work.root, "GUARANTEES.md"));
  const all = [...text.matchAll(/^\| (.+?) +\| \[[^\]]+\]\((tests\/[^)]+)\)/gm)]
    .map(([, promise = "", file = ""]): Guarantee => ({ promise, file }));
  const kinds = Object.keys(KINDS);
  const others = all.filter(({ file }) => !kinds.includes(file.split("/")[1] ?? ""));
  const of = (folder: string) => all.filter(({ file }) => file.startsWith(`tests/${folder}/`));
  narrator.table(
    [
      { title: "tests" },
      { title: "a run is", wraps: true },
      { title: "promises", align: "right" },
      {
        title: "such as",
        wraps: true,
      },
    ],
    [
      ...Object.entries(KINDS).map(([folder, what]) => [
        `tests/${folder}`,
        what,
        String(of(folder).length),
        of(folder)[0]?.promise.replaceAll("**", "") ?? "",
      ]),
      [
        "other tests",
        "one area alone",
        String(others.length),
        others[0]?.promise.replaceAll("**", "") ?? "",
      ],
    ],
  );
  return {
    promises: all.length,
    missing: all.map(({ file }) => file).filter((file) => !exists(join(work.root, file))),
  };
}
