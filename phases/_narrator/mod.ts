/**
 * The frame of every phase script: {@linkcode runPhase} is its command line, {@linkcode narrateStory} gives every
 * {@linkcode Story} the same form, a {@linkcode Narrator} prints it, and {@linkcode WorkFolders} are the folders in
 * which each phase finds the results of those before it.
 *
 * @module
 */
export { narrateStory, type NarrateStoryOptions, storiesBefore } from "./narrate_story.ts";
export { Narrator, type NarratorOptions, type Proof, type StepSource } from "./narrator.ts";
export { answer, type ChildOutput, runChild, type RunChildOptions } from "./child.ts";
export { runPhase, type RunPhaseOptions } from "./run_phase.ts";
export { spelled } from "./spelled.ts";
export type { PhaseNumber, Story, TryNext } from "./story.ts";
export { WorkFolders, type WorkFoldersOptions } from "./work_folders.ts";
