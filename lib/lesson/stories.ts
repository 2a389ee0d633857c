import { APIS_STORY } from "./apis/apis_story.ts";
import { DATABASES_STORY } from "./databases/databases_story.ts";
import { FAILURES_STORY } from "./failures/failures_story.ts";
import { FILES_STORY } from "./files/files_story.ts";
import { foundationsStory } from "./foundations/foundations_story.ts";
import { LOGS_STORY } from "./logs/logs_story.ts";
import { PIPELINE_STORY } from "./pipeline/pipeline_story.ts";
import type { Story } from "./story.ts";

/** The stories in the order of their phases: those before the Nth are `STORIES.slice(0, N)`. */
export const STORIES: readonly Story[] = [
  foundationsStory(),
  APIS_STORY,
  FILES_STORY,
  DATABASES_STORY,
  FAILURES_STORY,
  LOGS_STORY,
  PIPELINE_STORY,
];
