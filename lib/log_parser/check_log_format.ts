import { ConfigError } from "../errors/mod.ts";
import { LOG_FORMATS } from "./log_formats.ts";
import { z } from "zod";
import { readPatternFormat, SPEC } from "./_pattern_format.ts";

/**
 * Reads a log format of the user's without using it.
 *
 * @param yaml The format.
 * @param origin Its file, for messages. @default "formats"
 * @returns Its name.
 * @throws {ConfigError} If it is wrong, has the name of one of ours, or some lines would make it very slow.
 */
export function checkLogFormat(yaml: string, origin = "formats"): string {
  const { name } = readPatternFormat(yaml, origin);
  if (!Object.hasOwn(LOG_FORMATS, name)) return name;
  throw new ConfigError(
    "config-invalid",
    `Cannot read log format "${origin}": its name is "${name}", which one of ours has already`,
  );
}

/** Returns the JSON Schema of a log format's YAML, for editors. */
export function logFormatJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(SPEC, { io: "input" }), title: "A log format of Headwaters" };
}
