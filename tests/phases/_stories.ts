import { PIPELINE } from "../../phases/06_pipeline/story.ts";
import { storiesBefore, type Story } from "../../phases/_narrator/mod.ts";

/** The stories in the order of their phases. */
export const STORIES: readonly Story[] = [...await storiesBefore(PIPELINE), PIPELINE];
