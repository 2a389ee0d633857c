import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Config } from "./stub.ts";

/** The learner's module. */
export type Subject = Pick<typeof import("./stub.ts"), "permissions">;

/** What many get wrong here. */
const MISTAKES = {
  "allows-everything": {
    means: "Your flag has no list, and so it allows everything of its kind",
    think: "What is left of a list flag if the list is empty?",
  },
  "every-port": {
    means: "You grant a host with all its ports: the database next to the API as well",
    think: "Which port does an https URL mean that names none?",
  },
  "writes-sources": {
    means: "Your run may write its own input: a slip destroys what cannot be fetched again",
    think: "Which of these paths does a run change?",
  },
  "cannot-read-its-own": {
    means: "Your run cannot read its lake or its audit database, and so cannot go on from them",
    think: "What does the second run look at first?",
  },
  "whole-token": {
    means: "You named the token instead of the variable in it",
    think: "What is the name, and what is around it?",
  },
  "splits-paths": {
    means:
      "You grant a path with a comma: the runtime reads it as two, and one of them is not yours",
    think: "How would the runtime read the list that you wrote?",
  },
  "asks-at-night": {
    means: "Your run asks a person for what it may not do, and waits forever",
    think: "Who answers at two in the morning?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const FILES = { type: "files", path: "/srv/inbox" } as const;
const API = {
  type: "api",
  url: "https://api.example.com/v2",
  token: "Bearer ${SHOP_TOKEN}",
} as const;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["permissions"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "never asks",
      task: "`--no-prompt`, always: nobody is there at night to answer;",
      test: prompts,
    },
    {
      name: "reads sources, lake and audit, and writes the last two",
      task: "`--allow-read=` with the folders of the sources, the lake and the audit database;",
      test: paths,
    },
    {
      name: "allows hosts with their ports",
      task: "`--allow-net=` with `host:port` of each API; without a port in the URL it is",
      test: hosts,
    },
    {
      name: "names variables",
      task: '`--allow-env=` with the names of the variables in the tokens: `"Bearer',
      test: variables,
    },
    {
      name: "leaves out what would have no value",
      task: "The values of a flag are joined by commas, each once. A flag that would have",
      test: empty,
    },
    {
      name: "names each value once",
      task: "The values of a flag are joined by commas, each once. A flag that would have",
      test: once,
    },
    {
      name: "refuses a path with a comma",
      task: "The values of a flag are joined by commas, each once. A flag that would have",
      test: commas,
    },
  ],
};

/** The values of each flag. */
function flagsOf({ permissions }: Subject, ...sources: Config["sources"]): Map<string, string[]> {
  const flags = permissions({ lake: "lake", audit: "audit.db", sources });
  return new Map(flags.map((flag) => {
    const [name = "", values] = flag.split(/=(.*)/s);
    return [name, values === undefined ? [] : values.split(",").sort()];
  }));
}

function prompts(subject: Subject): void {
  const names = [...flagsOf(subject, FILES).keys()];
  if (!names.includes("--no-prompt")) {
    throw wrong("asks-at-night", `--no-prompt is not among ${names}`);
  }
}

function paths(subject: Subject): void {
  const flags = flagsOf(subject, FILES);
  const [read = [], write = []] = [flags.get("--allow-read"), flags.get("--allow-write")];
  if (write.includes("/srv/inbox")) throw wrong("writes-sources", "the run may write /srv/inbox");
  const own = ["lake", "audit.db"].find((path) => !read.includes(path));
  if (own !== undefined && read.length > 0) {
    throw wrong("cannot-read-its-own", `the run cannot read ${own}`);
  }
  if (read.join() !== "/srv/inbox,audit.db,lake" || write.join() !== "audit.db,lake") {
    throw unexpected(`it may read ${read || "nothing"} and write ${write || "nothing"}`);
  }
}

function hosts(subject: Subject): void {
  const net = flagsOf(
    subject,
    API,
    { type: "api", url: "http://127.0.0.1:8080/x" },
    { type: "api", url: "http://old.example.com" },
  ).get("--allow-net") ?? [];
  const bare = net.find((host) => !/:\d+$/.test(host));
  if (bare !== undefined) throw wrong("every-port", `it allows ${bare} without a port`);
  const wanted = ["127.0.0.1:8080", "api.example.com:443", "old.example.com:80"].join();
  if (net.join() !== wanted) throw unexpected(`it allows ${net || "no host"}, wanted ${wanted}`);
}

function variables(subject: Subject): void {
  const two = { ...API, token: "${USER_NAME}:${PASSWORD}" } as const;
  const env = flagsOf(subject, API, two, { type: "api", url: "https://b.example.com" })
    .get("--allow-env") ?? [];
  const odd = env.find((name) => !/^\w+$/.test(name));
  if (odd !== undefined) throw wrong("whole-token", `it allows the variable "${odd}"`);
  const wanted = "PASSWORD,SHOP_TOKEN,USER_NAME";
  if (env.join() !== wanted) {
    throw unexpected(`it allows ${env || "no variable"}, wanted ${wanted}`);
  }
}

function empty({ permissions }: Subject): void {
  const flags = permissions({ lake: "lake", audit: "audit.db", sources: [FILES] });
  const odd = flags.find((flag) =>
    /^(-A|--allow-(all|run|ffi|sys|net|env).*|--allow-\w+=?)$/.test(flag)
  );
  if (odd !== undefined) throw wrong("allows-everything", `without an API it gives "${odd}"`);
}

function once(subject: Subject): void {
  const flags = flagsOf(subject, API, API, FILES, FILES);
  for (const [name, values] of flags) {
    if (new Set(values).size !== values.length) throw unexpected(`${name} has ${values}`);
  }
  if (flags.get("--allow-net")?.join() !== "api.example.com:443") {
    throw unexpected(`of two sources of one host it allows ${flags.get("--allow-net") ?? "none"}`);
  }
}

function commas({ permissions }: Subject): void {
  let flags: string[];
  try {
    flags = permissions({
      lake: "lake",
      audit: "audit.db",
      sources: [{ type: "files", path: "/srv/a,b" }],
    });
  } catch (error) {
    if (String(error).includes("Not written yet")) throw error;
    return;
  }
  throw wrong("splits-paths", `"/srv/a,b" gave ${flags.find((flag) => flag.includes("/srv/a"))}`);
}

if (import.meta.main) await checkProcess(check);
