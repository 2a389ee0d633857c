import { join } from "node:path";
import { EXIT_CODES } from "../../lib/errors/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import { Narrator, type Proof } from "./narrator.ts";
import type { PhaseNumber, Story, TryNext } from "./story.ts";
import { twoColumns } from "./two_columns.ts";
import type { WorkFolders } from "./work_folders.ts";
import { wrapText } from "./wrap_text.ts";

/** Options of {@linkcode narrateStory}. */
export interface NarrateStoryOptions {
  /** Where the phases leave their results. */
  readonly work: WorkFolders;
  /** @default {one that writes nothing} */
  readonly narrator?: Narrator;
  /** Steady time in ms. @default performance.now */
  readonly now?: () => number;
}

/**
 * Narrates a story from its pain to its proofs. An earlier phase without a result runs first, silently.
 *
 * @returns The exit code: 0, or 1 if a claim did not hold.
 * @throws {IngestError} If the work itself fails.
 */
export async function narrateStory(story: Story, options: NarrateStoryOptions): Promise<number> {
  const { work, narrator = new Narrator(), now = () => performance.now() } = options;
  const begun = now();
  opening(narrator, story);
  for (const earlier of await storiesBefore(story)) {
    if (await work.has(earlier.phase)) continue;
    const started = now();
    const missing = work.show(work.path(earlier.phase));
    narrator.frame([
      narrator.style.dim(`${missing} is missing, so phase ${earlier.phase} runs first ...`),
    ]);
    await makeResult(earlier, work);
    narrator.frame([narrator.style.dim(`... done in ${formatDuration(now() - started)}`)]);
  }
  await work.begin(story.phase);
  const result = await story.narrate(narrator, work);
  narrator.endStep();
  await work.finish(story.phase, result);
  closing(narrator, story, { work, took: now() - begun });
  return narrator.proofs.every((proof) => proof.holds) ? EXIT_CODES.complete : EXIT_CODES.failed;
}

/** Loads the stories of all phases before a story's own, the first one first. */
export async function storiesBefore(story: Story): Promise<Story[]> {
  const earlier = await story.before?.();
  return earlier === undefined ? [] : [...await storiesBefore(earlier), earlier];
}

async function makeResult(story: Story, work: WorkFolders): Promise<void> {
  const narrator = new Narrator();
  await work.begin(story.phase);
  const result = await story.narrate(narrator, work);
  const broken = narrator.proofs.find((proof) => !proof.holds);
  if (broken !== undefined) throw brokenProof(story.phase, broken);
  await work.finish(story.phase, result);
}

/** A program that cannot prove its own claims has a fault; only its code can say what to do about it. */
function brokenProof(phase: PhaseNumber, { claim, evidence }: Proof): Error {
  return new Error(`Cannot build on phase ${phase}: its claim "${claim}" is false (${evidence})`);
}

function opening(narrator: Narrator, story: Story): void {
  const { style } = narrator;
  const rule = "─".repeat(narrator.width - 4);
  const head = `PHASE ${story.phase}  ${story.area}`;
  narrator.frame([
    "",
    style.cyan(head),
    ...wrapText(story.title, narrator.width - 4).map(style.bold),
    style.dim(rule),
    ...wrapText(story.pain, narrator.width - 6),
  ]);
}

function closing(
  narrator: Narrator,
  story: Story,
  about: { readonly work: WorkFolders; readonly took: number },
): void {
  const { style, proofs } = narrator;
  const width = narrator.width - 4;
  const held = proofs.filter((proof) => proof.holds).length;
  const verdict = held === proofs.length
    ? style.green(`Checked  ${held} of ${held} claims hold`)
    : style.red(`Checked  only ${held} of ${proofs.length} claims hold`);
  const commands = (list: readonly TryNext[]) =>
    twoColumns(list.map(([line, meaning]) => [style.cyan(line), meaning]), { width });
  narrator.frame([
    "",
    style.bold(verdict),
    ...twoColumns(proofs.map((proof) => proofRow(narrator, proof)), { width, paint: style.dim }),
    "",
    style.bold("Break it yourself"),
    ...commands(story.tryNext),
    "",
    `${style.bold("On your own data")}${style.dim("  swap in your own files and addresses")}`,
    ...commands(story.ownData),
    "",
    style.bold("Next"),
    ...twoColumns(nextRows(narrator, story, about), { width }),
    "",
  ]);
}

function proofRow({ style }: Narrator, { claim, holds, evidence }: Proof): [string, string] {
  const mark = holds ? style.green("✓") : style.red("✗");
  return [`${mark} ${holds ? claim : style.red(claim)}`, evidence];
}

function nextRows(
  { style }: Narrator,
  story: Story,
  { work, took }: { readonly work: WorkFolders; readonly took: number },
): [string, string][] {
  return [
    ["result", work.show(work.path(story.phase))],
    ["lesson", `phases/${story.name}.ts`],
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
