import { ApiClient } from "../../lib/api/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";

const PATH = "/repos/bts/flights/records";
/** Pages of the listing. */
export const PAGES = 200;
/** Pages that are read at the same time. */
export const AT_ONCE = 4;
/** Ms that the pages read at the same time take together. */
export const ROUND = 100;
/** Life of a token in ms. */
export const LIFE = 2000;
/** From this page on the server knows no older token. */
export const FORGOTTEN = 57;

/** One access token, from the moment it was asked for. */
export interface Token {
  readonly at: number;
  /** 401s until then. */
  readonly rejected: number;
}

/** The whole listing, read through tokens that end. */
export interface TokenPull {
  readonly tokens: readonly Token[];
  readonly rejected: number;
  readonly requests: number;
  readonly ids: ReadonlySet<unknown>;
  readonly read: number;
}

/** Shows when each token was asked for, and why. */
export function showTokens(narrator: Narrator, tokens: readonly Token[]): void {
  narrator.table(
    [{ title: "at", align: "right" }, { title: "token" }, { title: "asked for because" }],
    tokens.map((token, at) => [formatDuration(token.at), String(at + 1), reason(tokens, at)]),
  );
}

function reason(tokens: readonly Token[], at: number): string {
  if (at === 0) return `there was none yet; the first ${AT_ONCE} requests share it`;
  const rejected = (tokens[at]?.rejected ?? 0) - (tokens[at - 1]?.rejected ?? 0);
  return rejected > 0
    ? `${rejected} requests got a 401; they share it and are sent again`
    : "the last one was about to expire; no request noticed";
}

/** Reads the listing while its tokens end. */
export async function pullFlights(work: WorkFolders): Promise<TokenPull> {
  const clock = new LessonClock();
  const secret = new Secret(crypto.randomUUID(), "CLIENT_SECRET");
  const tokens: Token[] = [];
  let rejected = 0;
  let ahead = 0;
  await using sandbox = await startSandbox({
    samples: work.sample(),
    token: secret.reveal(),
    tokenLifetime: LIFE,
    clock: { now: () => clock.now() + ahead },
    observe: ({ url }) => {
      if (url.endsWith("/oauth/token")) tokens.push({ at: clock.monotonic(), rejected });
    },
  });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/github`,
    clock,
    auth: {
      type: "oauth2_client_credentials",
      token_url: `${sandbox.url}/oauth/token`,
      client_id: "lesson",
      client_secret: secret,
    },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401) rejected++;
      return response;
    },
  });
  const read = await readInRounds(client, (first) => {
    if (first > 1) clock.pass(ROUND);
    // As after a restart: whatever it gave out until now is over, and the client does not know.
    if (first === FORGOTTEN) ahead = LIFE;
  });
  return { tokens, rejected, requests: sandbox.requests.flights, ...read };
}

/** Reads all pages, some at a time. */
async function readInRounds(client: ApiClient, begin: (first: number) => void) {
  const ids = new Set<unknown>();
  let read = 0;
  for (let first = 1; first <= PAGES; first += AT_ONCE) {
    begin(first);
    const answers = await Promise.all(
      Array.from(
        { length: AT_ONCE },
        (_, at) => client.request({ path: PATH, params: { per_page: 100, page: first + at } }),
      ),
    );
    const records = answers.flatMap((answer) => answer.json() as { readonly id: unknown }[]);
    for (const { id } of records) ids.add(id);
    read += records.length;
  }
  return { ids, read };
}
