import { join } from "node:path";
import { EXIT_CODES } from "../errors/mod.ts";
import { formatDuration } from "../terminal/mod.ts";
import { twoColumns } from "./_two_columns.ts";
import type { PhaseNumber, Story } from "./story.ts";
import { type Proof, Teller } from "./teller.ts";
import type { WorkFolders } from "./work_folders.ts";
import { wrapText } from "./wrap_text.ts";

/** Options of {@linkcode tellStory}. */
export interface TellStoryOptions {
  /** Where the phases leave their results. */
  readonly work: WorkFolders;
  /** The stories of the phases before it: one without a result is run first, without a word. */
  readonly before?: readonly Story[];
  /** Tells. @default {one that writes nothing} */
  readonly teller?: Teller;
  /** Steady time in ms. @default performance.now */
  readonly now?: () => number;
}

/**
 * Tells a story from its problem to its proofs, after making what it builds on.
 *
 * @returns The exit code: 0, or 1 if a claim did not hold.
 * @throws {IngestError} If the work itself fails.
 */
export async function tellStory(story: Story, options: TellStoryOptions): Promise<number> {
  const { work, before = [], teller = new Teller(), now = () => performance.now() } = options;
  const begun = now();
  opening(teller, story);
  for (const earlier of before) {
    if (await work.has(earlier.phase)) continue;
    const started = now();
    await makeResult(earlier, work);
    const made = `${
      work.show(work.path(earlier.phase))
    } was missing: phase ${earlier.phase} ran first`;
    teller.frame([teller.style.dim(`${made} (${formatDuration(now() - started)})`)]);
  }
  await work.begin(story.phase);
  const result = await story.tell(teller, work);
  await work.finish(story.phase, result);
  closing(teller, story, { work, took: now() - begun });
  return teller.proofs.every((proof) => proof.holds) ? EXIT_CODES.complete : EXIT_CODES.failed;
}

async function makeResult(story: Story, work: WorkFolders): Promise<void> {
  const teller = new Teller();
  await work.begin(story.phase);
  const result = await story.tell(teller, work);
  const broken = teller.proofs.find((proof) => !proof.holds);
  if (broken !== undefined) throw brokenProof(story.phase, broken);
  await work.finish(story.phase, result);
}

/** A program that cannot prove its own claims has a fault; what to do about it only its code can tell. */
function brokenProof(phase: PhaseNumber, { claim, evidence }: Proof): Error {
  return new Error(`Cannot build on phase ${phase}: not proven that ${claim} (${evidence})`);
}

function opening(teller: Teller, story: Story): void {
  const { style } = teller;
  const rule = "─".repeat(teller.width - 4);
  const head = `PHASE ${story.phase}  ${story.area}`;
  teller.frame([
    "",
    `${style.cyan(head)}  ${style.bold(story.title)}`,
    style.dim(rule),
    ...wrapText(story.problem, teller.width - 6),
  ]);
}

function closing(
  teller: Teller,
  story: Story,
  about: { readonly work: WorkFolders; readonly took: number },
): void {
  const { style, proofs } = teller;
  const width = teller.width - 4;
  const held = proofs.filter((proof) => proof.holds).length;
  const verdict = held === proofs.length
    ? style.green(`Proven  ${held} of ${held}`)
    : style.red(`Proven  only ${held} of ${proofs.length}`);
  teller.frame([
    "",
    style.bold(verdict),
    ...twoColumns(proofs.map((proof) => proofRow(teller, proof)), { width, paint: style.dim }),
    "",
    style.bold("Break it yourself"),
    ...twoColumns(story.tryNext.map(([line, what]) => [style.cyan(line), what]), { width }),
    "",
    style.bold("Go on"),
    ...twoColumns(goOn(teller, story, about), { width }),
    "",
  ]);
}

function proofRow({ style }: Teller, { claim, holds, evidence }: Proof): [string, string] {
  const mark = holds ? style.green("✓") : style.red("✗");
  return [`${mark} ${holds ? claim : style.red(claim)}`, evidence];
}

function goOn(
  { style }: Teller,
  story: Story,
  { work, took }: { readonly work: WorkFolders; readonly took: number },
): [string, string][] {
  return [
    ["left behind", work.show(work.path(story.phase))],
    ["notebook", notebook(story, work)],
    ...(story.phase < 6
      ? [["next", style.cyan(`deno task phase${story.phase + 1}`)] as [string, string]]
      : []),
    ["took", formatDuration(took)],
  ];
}

function notebook({ name }: Story, { root }: WorkFolders): string {
  const path = `notebooks/${name}.ipynb`;
  try {
    Deno.statSync(join(root, path));
    return path;
  } catch {
    // Missing, or not ours to look at: either way nobody should be sent there.
    return `${path} is not written yet`;
  }
}
