import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Job } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "opens-everything": {
    means: "You wrote a flag without a value: it grants everything of its kind",
    think: "What should the arguments look like if the job calls no address at all?",
  },
  "empty-grant": {
    means:
      "You wrote a flag with an empty value: Deno calls that an error, and the job never starts",
    think: "When does a kind have to be mentioned at all?",
  },
  "asks-at-night": {
    means: "Your job asks for what it may not do: at night nobody answers, and it waits forever",
    think: "Which argument makes a refusal an error at once?",
  },
  "whole-url": {
    means: "You granted a URL: --allow-net takes hosts, and the job does not start",
    think: "Which class of the platform takes an address apart?",
  },
  "any-port": {
    means: "You granted a host with all its ports: its database listens on one of them",
    think: "Which port does an address mean that names none?",
  },
  "reads-what-it-writes": {
    means: "You granted more than was asked for: what one kind may, another may not",
    think: "Which list of the job feeds which flag?",
  },
  "comma-opens-two": {
    means:
      "You let a comma into a flag: it separates two grants, and the second was never asked for",
    think: "What does Deno make of --allow-read=in,/etc?",
  },
  "wildcard": {
    means: "You let a * into a flag: it matches many hosts or variables, known or not",
    think: "Which characters of a value have a meaning of their own in a flag?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const NOTHING: Job = { read: [], write: [], urls: [], env: [] };
const KINDS = ["read", "write", "net", "env"] as const;
const SHORT: Readonly<Record<string, Kind>> = { R: "read", W: "write", N: "net", E: "env" };

type Kind = typeof KINDS[number];

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["fenceFor"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "grants paths and variables, each to its own kind",
      task: "`read`, `write`: paths, for `--allow-read` and `--allow-write`. Each gets",
      test: kinds,
    },
    {
      name: "does not mention what is not needed",
      task: "A kind that is not needed is not mentioned: `--allow-net` alone opens",
      test: unneeded,
    },
    {
      name: "grants the host of an address with its port",
      task: "`urls`: addresses. `--allow-net` takes hosts: grant `api.example.com:443`",
      test: hosts,
    },
    {
      name: "never asks",
      task: "`--no-prompt` is always there: at night nobody answers a question.",
      test: prompt,
    },
    {
      name: "refuses a value that would open two grants, or none",
      task: "Throw an error for a value that would open more than itself: one with a",
      test: commas,
    },
    {
      name: "refuses a value that matches many",
      task: "Throw an error for a value that would open more than itself: one with a",
      test: wildcards,
    },
  ],
};

async function kinds(subject: Subject): Promise<void> {
  const job = { ...NOTHING, read: ["data/in", "a.csv"], write: ["out"], env: ["TOKEN", "TZ"] };
  await demand(subject, job, { read: job.read, write: job.write, env: job.env });
}

async function unneeded(subject: Subject): Promise<void> {
  await demand(subject, { ...NOTHING, write: ["out"] }, { write: ["out"] });
  await demand(subject, NOTHING, {});
}

async function hosts(subject: Subject): Promise<void> {
  const urls = [
    "https://api.example.com/v1/orders?limit=5",
    "http://localhost:8080",
    "http://plain.example/",
    "https://api.example.com:8443/v2",
  ];
  const net = ["api.example.com:443", "localhost:8080", "plain.example:80", "api.example.com:8443"];
  await demand(subject, { ...NOTHING, urls }, { net });
}

async function prompt({ fenceFor }: Subject): Promise<void> {
  const args = await fenceFor({ ...NOTHING, read: ["in"] });
  if (!args.includes("--no-prompt")) throw wrong("asks-at-night", args.join(" "));
}

async function commas(subject: Subject): Promise<void> {
  const bad = [
    { read: ["in,/etc"] },
    { write: ["out,/"] },
    { urls: ["https://a.example,b.example"] },
    { env: ["TOKEN,HOME"] },
  ];
  for (const part of bad) await refused(subject, part, "comma-opens-two");
  for (const part of [{ read: [""] }, { env: [""] }]) await refused(subject, part, "empty-grant");
}

async function wildcards(subject: Subject): Promise<void> {
  for (const part of [{ urls: ["https://*.example.com/"] }, { env: ["AWS_*"] }]) {
    await refused(subject, part, "wildcard");
  }
  await demand(subject, { ...NOTHING, read: ["in/*.csv"] }, { read: ["in/*.csv"] });
}

/** Compares grants as sets: their order and their number of flags are a matter of taste. */
async function demand(
  { fenceFor }: Subject,
  job: Job,
  wanted: Partial<Record<Kind, readonly string[]>>,
): Promise<void> {
  const args = await fenceFor(job);
  const needs = Object.fromEntries(Object.entries(job).filter(([, values]) => values.length > 0));
  const seen = `${JSON.stringify(needs)} gave ${args.join(" ") || "no arguments"}`;
  const grants = parse(args, seen);
  for (const kind of KINDS) {
    const [found, asked] = [grants[kind] ?? [], wanted[kind] ?? []];
    const [more, less] = [
      found.filter((v) => !asked.includes(v)),
      asked.filter((v) => !found.includes(v)),
    ];
    if (more.length === 0 && less.length === 0) continue;
    const facts = `${seen}; --allow-${kind} has ${found.join(", ") || "nothing"}, wanted ${
      asked.join(", ") || "nothing"
    }`;
    if (more.some((value) => value.includes("//"))) throw wrong("whole-url", facts);
    if (kind === "net" && asked.some((host) => more.includes(host.replace(/:\d+$/, "")))) {
      throw wrong("any-port", facts);
    }
    throw less.length === 0 ? wrong("reads-what-it-writes", facts) : unexpected(facts);
  }
}

function parse(args: readonly string[], seen: string): Partial<Record<Kind, string[]>> {
  const grants: Partial<Record<Kind, string[]>> = {};
  for (const arg of args) {
    if (arg === "--no-prompt") continue;
    const [, long, short, equals, value = ""] = /^(?:--allow-(\w+)|-([A-Z]))(=?)(.*)$/s.exec(arg) ??
      [];
    const kind = KINDS.find((known) => known === (long ?? SHORT[short ?? ""]));
    if (equals === "") throw wrong("opens-everything", `${seen}: ${arg}`);
    if (kind === undefined) {
      throw wrong("reads-what-it-writes", `${seen}: ${arg} was not asked for`);
    }
    if (value === "") throw wrong("empty-grant", `${seen}: ${arg}`);
    grants[kind] = [...grants[kind] ?? [], ...value.split(",")];
  }
  return grants;
}

async function refused(
  { fenceFor }: Subject,
  part: Partial<Job>,
  mistake: "comma-opens-two" | "empty-grant" | "wildcard",
): Promise<void> {
  let args: readonly string[];
  try {
    args = await fenceFor({ ...NOTHING, ...part });
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith("Not written yet")) return;
    throw error;
  }
  throw wrong(mistake, `${JSON.stringify(part)} gave ${args.join(" ")}, wanted an error`);
}

if (import.meta.main) await checkProcess(check);
