import { dirname, join } from "node:path";
import { hashFile, lineChunks } from "../../lib/files/mod.ts";
import { decideIntake, type IntakeDecision, type IntakeFacts } from "./decide_intake.ts";

/** Folders and rules of {@linkcode applyIntake}. */
export interface ApplyIntakeOptions {
  /** The vendor's folder. */
  readonly folder: string;
  /** Where files go. */
  readonly lake: string;
  readonly header: string;
  /** Contents taken in before, by sha256; what is taken in now is added. */
  readonly known: Set<string>;
  /** ISO date of the partition. */
  readonly date: string;
}

/** Gathers the facts, asks for the decision and carries it out: the edge around {@linkcode decideIntake}. */
export async function applyIntake(
  name: string,
  options: ApplyIntakeOptions,
): Promise<IntakeDecision> {
  const path = join(options.folder, name);
  const facts = await gatherFacts(name, path);
  const decision = decideIntake(facts, options);
  if (decision.act !== "take") return decision;
  const target = join(options.lake, decision.target);
  await Deno.mkdir(dirname(target), { recursive: true });
  await Deno.copyFile(path, target);
  options.known.add(facts.sha256);
  return decision;
}

async function gatherFacts(name: string, path: string): Promise<IntakeFacts> {
  const { sha256 } = await hashFile(path);
  for await (const { lines } of lineChunks(path)) {
    const end = lines.indexOf(0x0a);
    const first = new TextDecoder().decode(lines.subarray(0, end < 0 ? lines.length : end));
    return { name, sha256, header: first.replace(/\r$/, "") };
  }
  return { name, sha256, header: undefined };
}
