import { definitions, paragraph } from "../terminal/mod.ts";
import { FAULT_KINDS, type FaultKindInfo } from "./fault_kinds.ts";
import { RETRY_HINTS } from "./retry_hints.ts";
import { SANDBOX_ROUTES } from "./sandbox_routes.ts";

const WIDTH = 80;

const HEAD = `A local stand-in for three public APIs, with faults on demand.

Usage: deno task sandbox [flags]

  --port N             Port on 127.0.0.1; 0 is any free one (default 0)
  --fault SPEC         route:kind[=argument][@place][xN], repeatable; see below
  --seed N             Seed of faults with a probability (default 7)
  --token TEXT         Bearer token, API key and client secret that are right
                       (default sandbox-token)
  --token-lifetime T   Life of a token from /oauth/token, as 5s (default 60s)
  --quota N            Requests an hour of the GitHub listing (default 5000)
  --samples FOLDER     Folder of the sample files (default data/samples)
  --as-of TIME         Show only quakes updated by then: 2018-02-05T00:00:00Z
  --access-log FILE    Append a combined access log with microseconds
  --until-eof          Stop when stdin ends, as when the parent is gone
  --help               Show this

`;

/** Returns the help text of `serve.ts`, with every fault there is. */
export function serveHelp(): string {
  return HEAD +
    `Routes: ${SANDBOX_ROUTES.join(", ")}\n` +
    "Places: @pageN, @reqN, a probability as @0.05, or none for every request;\n" +
    "        xN limits how often\n\n" +
    `Faults:\n${Object.entries(FAULT_KINDS).map(kindLines).join("")}\n` +
    `Retry hints (429=retry-after-date:3):\n${
      definitions(
        Object.entries(RETRY_HINTS).map(([name, { meaning }]) => [name, meaning] as const),
        { width: WIDTH },
      )
    }`;
}

function kindLines([name, info]: [string, FaultKindInfo]): string {
  const form = info.argument === "" ? name : `${name}=${info.argument}`;
  return `  ${form}\n${paragraph(info.meaning, WIDTH, " ".repeat(6))}`;
}
