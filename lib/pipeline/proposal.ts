import { jsonSchemaLine } from "../config/mod.ts";

/** What a source and its streams may be, to be written as a configuration for people to complete. */
export interface Proposal extends ProposedKeys {
  /** Its streams. @default {the source is one} */
  readonly streams?: readonly ProposedKeys[];
}

/** Keys that were seen to work, and what nobody but the user knows. */
export interface ProposedKeys {
  /** In their order. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** What was seen, one sentence each. @default [] */
  readonly seen?: readonly string[];
  /** What is asked, and the keys that would be the answer. @default [] */
  readonly questions?: readonly ProposedQuestion[];
}

/** A question, and the keys that would be the answer; the keys are written as a comment. */
export interface ProposedQuestion {
  /** For people. */
  readonly ask: string;
  /** As they would be written. */
  readonly keys: Readonly<Record<string, unknown>>;
}

/** What a proposal is made for. */
export interface ProposalTarget {
  /** What it is. */
  readonly kind: "address" | "folder" | "database";
  /** As it was written. */
  readonly text: string;
  /** Absolute path of the folder or SQLite file. */
  readonly path?: string | undefined;
  /** The same as the configuration should say it. */
  readonly shown?: string | undefined;
  /** Variable that holds a token or a password. */
  readonly secretEnv?: string | undefined;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
}

/** Returns a name for a source or stream that is made of any text. */
export function nameFrom(text: string, otherwise: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
  // deno-lint-ignore headwaters/redact-then-cut -- it proposes a name, and no secret is known yet
  return name.slice(0, 40).replace(/_+$/, "") || otherwise;
}

/** What a proposed configuration says of itself. */
export interface ProposalAbout {
  /** The pipeline's name. */
  readonly name: string;
  /** The command that wrote it. */
  readonly by: string;
  /** Folder that it is written to, absolute. */
  readonly folder: string;
  /** Path from its folder to what it reads; `""` if that is no path. */
  readonly reads: string;
}

/** Returns the configuration that proposals make up; what is asked is in comments where its keys would be. */
export function renderProposal(about: ProposalAbout, proposals: readonly Proposal[]): string {
  const [taken = ""] = about.reads.toLowerCase().split(/[\\/]/);
  const place = (name: string) => name === taken ? `pipeline-${name}` : name;
  const lines = [
    jsonSchemaLine(about.folder),
    `# Written by "${
      oneLine(about.by)
    }" from what it saw there; what only you know is asked in comments.`,
    `# Next: headwaters pipeline plan, preview and run; all keys are in REFERENCE.md.`,
    `name: ${about.name}`,
    `lake: ${place("lake")}`,
    `audit: ${place("audit.db")}`,
    `log_dir: ${place("logs")}`,
    "sources:",
    ...proposals.flatMap((source) => [
      ...item(source, "  "),
      ...(source.streams === undefined
        ? []
        : ["    streams:", ...source.streams.flatMap((stream) => item(stream, "      "))]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function item({ keys, seen = [], questions = [] }: ProposedKeys, indent: string): string[] {
  const first = Object.keys(keys)[0];
  const comment = (text: string) => `${indent}  # ${oneLine(text)}`;
  return [
    ...Object.entries(keys).map(([key, value]) =>
      `${indent}${key === first ? "- " : "  "}${key}: ${flow(value)}`
    ),
    ...seen.map(comment),
    ...questions.flatMap(({ ask, keys }) => [
      comment(ask),
      ...Object.entries(keys).map(([key, value]) => comment(`${key}: ${flow(value)}`)),
    ]),
  ];
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- what a server or a file name says may be anything
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
}

/** Writes a value in one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${flow(key)}: ${flow(inner)}`);
    return `{ ${entries.join(", ")} }`;
  }
  const isPlain = typeof value === "string" && /^(?:[A-Za-z_/][\w./@-]*|\d+[smhd])$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? String(value) : JSON.stringify(value);
}
