import { ApiClient } from "../../api/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { formatCount, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { LessonClock } from "./_lesson_clock.ts";

const PATH = "/repos/bts/flights/records";
const PAGES = 200;
const AT_ONCE = 4;
/** Time that four pages take; by it 200 pages take five seconds. */
const ROUND = 100;
const LIFE = 2000;
/** From this page on the server knows no older token. */
const FORGOTTEN = 57;

/** One access token, from the moment it was asked for. */
interface Token {
  readonly at: number;
  /** Pages refused with 401 until then. */
  readonly refused: number;
}

interface Pull {
  readonly tokens: readonly Token[];
  readonly refused: number;
  readonly requests: number;
  readonly ids: ReadonlySet<unknown>;
  readonly read: number;
}

/** Tokens that end while a listing is read. */
export async function tellTokens(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "A token that ends in the middle",
    `OAuth2 client credentials give a token for ${formatDuration(LIFE)}, and a listing of ` +
      `${PAGES} pages takes five, ${AT_ONCE} pages at a time. Before page ${FORGOTTEN} the server ` +
      "forgets its tokens. A client that signs in once dies here; one that signs in at every " +
      `401 does so ${AT_ONCE} times at once.`,
  );
  const pull = await pullFlights(work);
  const { tokens, refused, requests, ids, read } = pull;
  teller.table(
    [{ title: "at", align: "right" }, { title: "token" }, { title: "asked for because" }],
    tokens.map((token, at) => [formatDuration(token.at), String(at + 1), reason(tokens, at)]),
  );
  teller.say(
    `${requests} requests for ${PAGES} pages: ${refused} had to be sent twice. ` +
      `${formatCount(read)} records.`,
  );
  teller.judge(
    "Requests in flight share one refresh. The usual case never sees a 401: a token is replaced " +
      "when a tenth of its life is left.",
  );
  teller.prove(
    "every record arrived through three tokens",
    read === 20_000 && ids.size === read && requests === PAGES + refused,
    `${formatCount(ids.size)} different ids`,
  );
  teller.prove(
    "one token for each end of one, however many requests wait",
    tokens.length === 3 && refused === AT_ONCE,
    `${tokens.length} tokens, ${refused} times 401`,
  );
}

function reason(tokens: readonly Token[], at: number): string {
  if (at === 0) return `there was none yet; the first ${AT_ONCE} requests share it`;
  const refused = (tokens[at]?.refused ?? 0) - (tokens[at - 1]?.refused ?? 0);
  return refused > 0
    ? `${refused} requests were answered 401; they share it and are sent again`
    : "the other was about to end; no request noticed";
}

async function pullFlights(work: WorkFolders): Promise<Pull> {
  const clock = new LessonClock();
  const secret = new Secret(crypto.randomUUID(), "CLIENT_SECRET");
  const tokens: Token[] = [];
  let refused = 0;
  let ahead = 0;
  await using sandbox = await startSandbox({
    samples: work.sample(),
    token: secret.reveal(),
    tokenLifetime: LIFE,
    clock: { now: () => clock.now() + ahead },
    observe: ({ url }) => {
      if (url.endsWith("/oauth/token")) tokens.push({ at: clock.monotonic(), refused });
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
      if (response.status === 401) refused++;
      return response;
    },
  });
  const read = await readInRounds(client, (first) => {
    if (first > 1) clock.pass(ROUND);
    // As after a restart: whatever it gave out until now is over, and the client does not know.
    if (first === FORGOTTEN) ahead = LIFE;
  });
  return { tokens, refused, requests: sandbox.requests.flights, ...read };
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
