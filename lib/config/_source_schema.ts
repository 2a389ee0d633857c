import { z } from "zod";
import { authSchema } from "./_auth_schema.ts";
import type { Context } from "./_context.ts";
import {
  address,
  choice,
  duration,
  identifier,
  list,
  mapping,
  path,
  plain,
  size,
  variant,
  whole,
} from "./_fields.ts";
import { headersSchema, streamSchema } from "./_stream_schema.ts";

/** Where records, files or log lines come from. */
export function sourceSchema(context: Context) {
  return z.discriminatedUnion("type", [
    apiSchema(context),
    filesSchema(context),
    logsSchema(context),
  ], { error: "a mapping with the key type" });
}

function apiSchema(context: Context) {
  return mapping({
    name: sourceName(),
    type: variant("api", "An HTTP API."),
    base_url: address(context).exactOptional()
      .describe("Address below which the streams' paths start; this or `sandbox`."),
    sandbox: choice(["usgs", "github", "openalex"]).exactOptional()
      .describe("A local stand-in for a public API, started for the run; this or `base_url`."),
    auth: authSchema(context).prefault({ type: "none" })
      .describe("How requests prove who sends them."),
    headers: headersSchema(context),
    retry: mapping({
      limit: whole(0).default(5).describe("Attempts after the first."),
      max_wait: duration(1).prefault("2m")
        .describe("Longest wait between two attempts; a longer one suspends the run."),
    }).prefault({}).describe("What happens after a request that failed."),
    rate_limit: mapping({
      requests: whole(1).describe("Requests allowed in each period."),
      per: duration(1).prefault("1s").describe("Length of the period."),
      concurrency: whole(1).default(4).describe("Requests under way at once."),
    }).exactOptional().describe("How fast requests may follow each other."),
    timeout: duration(1).prefault("30s").describe("Longest time for one attempt, body included."),
    streams: z.array(streamSchema(context), { error: "a list of streams" })
      .min(1, { error: "at least one stream" }).describe("The streams to read."),
  });
}

function filesSchema(context: Context) {
  return mapping({
    name: sourceName(),
    type: variant("files", "A folder that others leave files in."),
    path: path(context).describe("The folder."),
    ...selection(),
    expect: mapping({
      columns: list("a column name").exactOptional()
        .describe("Columns in their order; a file with others goes to quarantine."),
      encoding: choice(["utf-8"]).default("utf-8").describe("Encoding of the files."),
      max_size: size().exactOptional().describe("Largest file taken."),
    }).prefault({}).describe("What a good file looks like."),
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

function logsSchema(context: Context) {
  return mapping({
    name: sourceName(),
    type: variant("logs", "A folder of log files."),
    path: path(context).describe("The folder."),
    ...selection(),
    format: plain('"auto" or the name of a log format').default("auto")
      .describe("Format of the lines; `auto` finds it per file."),
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

function sourceName() {
  return identifier().describe("Name of the source, unique in the file.");
}

function selection() {
  return {
    include: list('a pattern such as "**/*.csv"').min(1, { error: "at least one pattern" })
      .prefault(["**/*"]).describe("Patterns of the files to take."),
    exclude: list('a pattern such as "**/*.tmp"').prefault([])
      .describe("Patterns of the files to leave."),
    stream: identifier().exactOptional()
      .meta({ fallback: "the source's name", description: "Name of the stream in the lake." }),
  };
}
