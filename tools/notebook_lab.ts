/**
 * Opens JupyterLab on copies of the notebooks with the project's own kernel, or says how to get Jupyter.
 *
 * Usage: `deno task notebooks [-- arguments of JupyterLab]`
 *
 * The copies are in notebooks/work, which git ignores: their predictions are empty, and saving them changes nothing
 * that is committed. The kernel's description is in notebooks/jupyter; JupyterLab finds it by `JUPYTER_PATH`, so that
 * nothing is installed into anybody's home folder.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { EXIT_CODES } from "../lib/errors/mod.ts";
import { writeOut } from "../lib/io/mod.ts";
import { createStyle, helpText, parseFlags, reportFailure, wrapText } from "../lib/terminal/mod.ts";
import { copyNotebooks } from "./notebook_copy.ts";

/** Its own command line; what comes after `--` is JupyterLab's. */
export const NOTEBOOKS_COMMAND = {
  name: "deno task notebooks",
  meaning: "Open copies of the notebooks in JupyterLab, or say how to get it",
  flags: {},
  examples: {
    "deno task notebooks": "the copies are in notebooks/work, and yours to change",
    "deno task notebooks -- --no-browser": "what comes after -- is for JupyterLab",
  },
} as const;

/** Ways to start JupyterLab, best first; each is tried with `--version`. */
export const LAB_COMMANDS = [
  ["jupyter-lab"],
  ["jupyter", "lab"],
  ["python3", "-m", "jupyterlab"],
] as const satisfies readonly (readonly [string, ...string[]])[];

/** A command line to start JupyterLab with. */
export type LabCommand = (typeof LAB_COMMANDS)[number];

/** Width to which lines are wrapped. */
const COLUMNS = 80;

/** What to do where there is no Jupyter. */
export const NO_JUPYTER = `JupyterLab is not here. One of these gets it; then run this again:

  uv tool install jupyterlab        if you have uv
  pipx install jupyterlab           if you have pipx
  python3 -m venv ~/jupyter &&
    ~/jupyter/bin/pip install jupyterlab &&
    export PATH="$HOME/jupyter/bin:$PATH"

VS Code needs no JupyterLab: install its Jupyter extension, run
\`deno jupyter --install\` once, open 00_foundations.ipynb in the folder
notebooks/work, and choose the kernel "Deno".

Without any of them every phase runs in the terminal: deno task phase0. Notebooks
and exercises are explained there, too: deno task learn book
`;

/**
 * Finds a JupyterLab that starts.
 *
 * @param answers Says whether a command line succeeds.
 */
export async function findLab(
  answers: (command: readonly string[]) => Promise<boolean>,
): Promise<LabCommand | undefined> {
  for (const command of LAB_COMMANDS) {
    if (await answers([...command, "--version"])) return command;
  }
  return undefined;
}

async function answers([program = "", ...args]: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    // Not there, or not permitted to be looked for: the same to the reader.
    return false;
  }
}

async function main(root: string): Promise<number> {
  const end = Deno.args.indexOf("--");
  const own = end < 0 ? Deno.args : Deno.args.slice(0, end);
  if (parseFlags(own, NOTEBOOKS_COMMAND).help) {
    writeOut(helpText(NOTEBOOKS_COMMAND, createStyle()));
    return EXIT_CODES.complete;
  }
  const notebooks = join(root, "notebooks");
  const work = join(notebooks, "work");
  const added = await copyNotebooks(notebooks, work);
  if (added.length > 0) {
    console.error(wrapText(`Copied for you to notebooks/work: ${added.join(", ")}`, COLUMNS));
  }
  const lab = await findLab(answers);
  if (lab === undefined) {
    console.error(NO_JUPYTER);
    return 1;
  }
  const [program, ...args] = lab;
  const inherited = Deno.env.get("JUPYTER_PATH");
  const path = [join(notebooks, "jupyter"), ...(inherited ? [inherited] : [])];
  const child = new Deno.Command(program, {
    args: [...args, ...Deno.args.slice(own.length + 1)],
    cwd: work,
    env: { JUPYTER_PATH: path.join(Deno.build.os === "windows" ? ";" : ":") },
  }).spawn();
  // The terminal sends Ctrl-C to both; JupyterLab asks its question and ends by itself.
  Deno.addSignalListener("SIGINT", () => {});
  return (await child.status).code;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(fromFileUrl(new URL("..", import.meta.url))));
  } catch (error) {
    Deno.exit(reportFailure(error, { json: false }));
  }
}
