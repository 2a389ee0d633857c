import { join } from "node:path";
import { aptInstall } from "./_postgres.ts";

/** Where Debian puts it. */
const PROGRAM = "/usr/bin/chromium";

/** It calls nobody: not its maker, nor any host that a page names. */
const FLAGS = [
  ...["--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

/** What a browser makes of a page. */
export interface ShownPage {
  /** Its document as the browser has understood it, written as HTML again. */
  readonly html: string;
  /** A picture of it, PNG. */
  readonly picture: Uint8Array;
  /** What the page told the console: scripts that were blocked, files that are missing. */
  readonly told: readonly string[];
}

/** Says why there is no browser to test with; `undefined` if there is one, installed if need be. */
export async function missingChromium(): Promise<string | undefined> {
  if (isThere()) return undefined;
  const reason = await aptInstall("chromium");
  return reason ?? (isThere() ? undefined : "Chromium is not where Debian puts it");
}

function isThere(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false; // It is not installed.
  }
}

/** Opens a file in the browser, a thousand pixels wide. */
export async function showPage(path: string): Promise<ShownPage> {
  const folder = await Deno.makeTempDir();
  try {
    const picture = join(folder, "page.png");
    const open = async (...flags: string[]) => {
      const own = Deno.uid() === 0 ? ["--no-sandbox"] : [];
      const { success, stdout, stderr } = await new Deno.Command(PROGRAM, {
        args: [...FLAGS, ...own, `--user-data-dir=${folder}/profile`, ...flags, `file://${path}`],
      }).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      if (!success) throw new Error(`Chromium failed: ${text(stderr).slice(-1000)}`);
      return { stdout: text(stdout), stderr: text(stderr) };
    };
    await open(`--screenshot=${picture}`, "--window-size=1000,1400");
    const { stdout, stderr } = await open("--dump-dom", "--enable-logging=stderr");
    const told = stderr.split("\n").filter((line) => /:CONSOLE[(:]/.test(line));
    return { html: stdout, picture: await Deno.readFile(picture), told };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
