/**
 * Phase 1, APIs: pull pages through faults, limits and partial failure, and prove that nothing is missing.
 *
 * @module
 */
import { formatBytes, formatCount, formatDuration } from "../lib/terminal/mod.ts";
import { type Narrator, runPhase, spelled, type Story, type WorkFolders } from "./_narrator/mod.ts";
import type { FetchReport } from "./01_apis/fetch_report.ts";
import { LIMIT, PAGES as LIMITED_PAGES, readStrikes, showPulls } from "./01_apis/limits.ts";
import { LOOPS, PATIENCE, readBareLoop, readLoops, showLoops } from "./01_apis/loops.ts";
import { hidePort } from "./01_apis/hide_port.ts";
import { LISTINGS } from "./01_apis/listings.ts";
import { beyondPages, readListings, showListings } from "./01_apis/pagination.ts";
import { readPoisoned, RETRIES, showPolicies, showQuarantine } from "./01_apis/poison.ts";
import { proveResume, runTwice, showRuns, STOP_AFTER } from "./01_apis/resume.ts";
import { FAULTS, pullWeek, showFailures, showPages } from "./01_apis/pull.ts";
import { takeThree } from "./01_apis/streaming.ts";
import { HOUR_LONG, suspend } from "./01_apis/suspension.ts";
import {
  AT_ONCE,
  FORGOTTEN,
  LIFE,
  PAGES,
  pullFlights,
  ROUND,
  showTokens,
} from "./01_apis/tokens.ts";
import { CLAIMS, readClaims, showClaims } from "./01_apis/totals.ts";
import { WEEK_RECORDS } from "./01_apis/week.ts";
import { AHEAD, ASKED, askToWait, FORMS, showWaits } from "./01_apis/waits.ts";
import { showWrongToken } from "./01_apis/wrong_token.ts";

/** The story of phase 1; its result is a {@linkcode FetchReport} next to the records that it names. */
export const APIS: Story = {
  phase: 1,
  name: "01_apis",
  area: "APIS",
  title: "A 200 is not a success, and the last page is a claim",
  pain:
    "The nightly pull was green for six weeks. Then finance counted: 500 records a night were missing, because one page had come back " +
    "as a login form with status 200 and the loop took an empty list to mean the end. The retry that would have saved it had hammered the " +
    "server until the key was blocked. An API is slow, limited and unreliable by nature; a client has to prove that it read everything.",
  before: () => import("./00_foundations.ts").then(({ FOUNDATIONS }) => FOUNDATIONS),
  tryNext: [
    [
      "deno task sandbox --fault quakes:endless=loop",
      "an API that never ends, to point your client at",
    ],
    ["deno task sandbox --fault strikes:limit=20/1s", "one that allows 20 requests a second"],
    [
      "deno task sandbox --fault flights:foreignnext@page2",
      "a next link that would carry your token away",
    ],
    ["less data/results/01/access.log", "the same fetch from the server's side, by request id"],
  ],
  ownData: [
    [
      "deno task headwaters api fetch https://example.com/items -o items.jsonl",
      "one page of your API",
    ],
    [
      "deno task headwaters api fetch https://example.com/items --paginate link",
      "all pages, by their Link headers",
    ],
    [
      "deno task headwaters api fetch https://example.com/items -o b.jsonl --dry-run",
      "what that would touch",
    ],
  ],
  async narrate(narrator, work) {
    const report = await pull(narrator, work);
    await pagination(narrator, work);
    await streaming(narrator, work);
    await waits(narrator, work);
    await limits(narrator, work);
    await tokens(narrator, work);
    await resume(narrator, work, report);
    await poison(narrator, work);
    await totals(narrator, work);
    await loops(narrator, work);
    return report;
  },
};

/** Step 1: every earthquake of the week, through an API that misbehaves. */
async function pull(narrator: Narrator, work: WorkFolders): Promise<FetchReport> {
  narrator.step(
    "One client that knows how to wait",
    `The source "usgs" of phase 0's pipeline.yaml, served by a local stand-in that misbehaves on ${
      spelled(FAULTS.length)
    } pages: ` +
      "one answers 429, one with a login page and status 200, one breaks off half-way.",
    { lib: "lib/api/api_client.ts", exercises: ["01.3"] },
  );
  const { report, lines } = await pullWeek(work);
  narrator.output(FAULTS.map((fault) => `fault  ${fault}`).join("\n"));
  showFailures(narrator, lines);
  narrator.judge(
    "Every wait is decided in one place, and the log says why. A 200 is no proof of a good response: content type, syntax and the path to the " +
      "records are checked before a page counts.",
  );
  showPages(narrator, report);
  const { records, bytes, stopReason, total, complete, pages } = report;
  narrator.say(
    `${formatCount(records)} records, ${formatBytes(bytes)}, stop reason ${stopReason}; ` +
      `the server declared ${formatCount(total ?? 0)}.`,
  );
  narrator.prove(
    `every record arrived in spite of ${spelled(FAULTS.length)} faults`,
    complete && records === total && pages.some((page) => page.attempts > 1),
    `${formatCount(records)} read and declared`,
  );
  const waited = lines.find((line) => line["status"] === 429)?.["wait_ms"];
  narrator.prove(
    "no wait was shorter than the server asked for",
    Number(waited) >= 1000,
    `asked 1000 ms, waited ${waited} ms`,
  );
  return report;
}

/** Step 2: pages in five forms, credentials in three, one client. */
async function pagination(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Pages and credentials are configuration, not code",
    "Write one loop per API, and each will miss the end in its own way. One client reads " +
      `${spelled(LISTINGS.length)} kinds of listing; what ends them differs:`,
    { lib: "lib/api/paging/pagination.ts", exercises: ["01.2"] },
  );
  await using listings = await readListings(work);
  const { pulls, token } = listings;
  showListings(narrator, listings);
  const urls = pulls.flatMap(({ pages }) => pages.map(({ url }) => url));
  narrator.wrappedOutput(`logged: ${hidePort(pulls.at(-1)?.pages[0]?.url ?? "")}`);
  narrator.judge(
    `Page numbers take ${
      spelled(beyondPages(pulls, "page number"))
    } requests more than there are pages: one empty page is no ` +
      "proof of the end, so it is fetched twice, then the page after it, and page 0 in case counting starts there. Offsets take " +
      `${spelled(beyondPages(pulls, "offset and limit"))} more, for a count before and after. ` +
      "The logged URL was sent with a key in its query.",
  );
  narrator.prove(
    `all ${spelled(pulls.length)} kinds end complete, every record once`,
    pulls.every(({ listing, read, ids, end }) =>
      end?.proven === true && read === listing.records && ids.size === read
    ),
    `${formatCount(pulls.reduce((sum, { read }) => sum + read, 0))} records`,
  );
  narrator.say("A wrong token is not retried, as waiting will not fix it:");
  await showWrongToken(narrator, listings.url, token);
  narrator.prove(
    "no logged URL holds the token",
    urls.every((url) => !url.includes(token.reveal())),
    `${formatCount(urls.length)} URLs`,
  );
}

/** Step 3: records as they come, and no request more than is read. */
async function streaming(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A stream is a generator: nothing is fetched until somebody reads it",
    "for await (const record of client.records(stream)) { … break after three … }",
    { lib: "lib/api/api_client.ts" },
  );
  const { taken, requests } = await takeThree(work);
  narrator.output(taken.join("\n"));
  narrator.prove(
    "a reader that stops early costs one request",
    requests === 1,
    `${requests} request for ${taken.length} records`,
  );
}

/** Step 4: every form of a wait, and one that is too long. */
async function waits(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    `"Wait", said in ${spelled(FORMS.length)} ways, and decided in one place`,
    "A client that reads only Retry-After in seconds guesses at all the others, comes back too " +
      `early and is banned. Each 429 below asks for ${
        formatDuration(ASKED)
      } in a different form; the last ` +
      `${
        spelled(FORMS.filter(({ asked }) => asked === 0).length)
      } ask for nothing usable. The server's clock runs ${formatDuration(AHEAD)} ahead of ours; ` +
      "ours is simulated, so nobody waits.",
    { lib: "lib/api/transport/wait_decision.ts", exercises: ["01.1"] },
  );
  const answers = await askToWait(work);
  showWaits(narrator, answers);
  narrator.judge(
    "A date is measured against the server's own Date header, so its wrong clock does no harm. " +
      "Jitter only ever lengthens a wait that the server asked for; if it asked for none, the wait is random, from zero to a ceiling that doubles.",
  );
  const asked = answers.filter((_, at) => FORMS[at]?.asked !== 0);
  narrator.prove(
    "no wait of any form was cut short, by the server's clock",
    FORMS.every(({ asked }, at) => (answers[at]?.away ?? -1) >= asked) &&
      asked.every(({ away }) => away <= ASKED + 3000),
    `asked ${formatDuration(ASKED)}, shortest ${
      formatDuration(Math.min(...asked.map(({ away }) => away)))
    }`,
  );
  narrator.prove(
    "each form was recognized for what it is",
    FORMS.every(({ source }, at) => answers[at]?.line["wait_source"] === source),
    `${FORMS.length} forms, ${new Set(FORMS.map(({ source }) => source)).size} sources`,
  );
  narrator.say(
    `One page comes back with ${HOUR_LONG}, longer than any process should sit and wait:`,
  );
  await suspend(narrator, work);
}

/** Step 5: staying below a limit instead of running into it; this one takes real time. */
async function limits(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Rate limits: pace yourself, rather than apologize",
    `The server allows ${LIMIT.requests} requests in any second. Two clients fetch ${LIMITED_PAGES} pages each, ` +
      "side by side, each from its own server, in real time:",
    { lib: "lib/api/transport/rate_limiter.ts" },
  );
  const [hasty, polite] = await Promise.all([
    readStrikes(work, undefined),
    readStrikes(work, { ...LIMIT, concurrency: 2 }),
  ]);
  showPulls(narrator, { hasty, polite });
  narrator.judge(
    `The hasty client gets a 429, waits, and then feels its way back. The polite one sends ${LIMIT.requests}, ` +
      "lets the second pass and sends the rest: it finishes sooner, and nobody bans its key.",
  );
  narrator.prove(
    "a client that limits itself never gets a 429",
    polite.requests === LIMITED_PAGES && polite.pages === LIMITED_PAGES &&
      hasty.requests > LIMITED_PAGES,
    `429s: ${hasty.requests - LIMITED_PAGES} without, ${polite.requests - LIMITED_PAGES} with`,
  );
  narrator.prove(
    "asking slowly is not slower",
    hasty.pages === LIMITED_PAGES && polite.ms < hasty.ms,
    `${formatDuration(polite.ms)} vs ${formatDuration(hasty.ms)}`,
  );
}

/** Step 6: tokens that end while a listing is read. */
async function tokens(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A token that expires half-way through",
    `OAuth2 client credentials give a token that lasts ${formatDuration(LIFE)}, and a listing of ` +
      `${PAGES} pages takes ${
        formatDuration(PAGES / AT_ONCE * ROUND)
      }, ${AT_ONCE} pages at a time. Before page ${FORGOTTEN} the server ` +
      "revokes every token. A client that signs in once dies here; one that signs in at every " +
      `401 does so ${spelled(AT_ONCE)} times over.`,
    { lib: "lib/api/transport/auth.ts" },
  );
  const { tokens, rejected, requests, ids, read } = await pullFlights(work);
  showTokens(narrator, tokens);
  narrator.say(
    `${requests} requests for ${PAGES} pages: ${rejected} had to be sent twice. ` +
      `${formatCount(read)} records.`,
  );
  narrator.judge(
    "Requests in flight share one refresh. The usual case never sees a 401: a token is replaced " +
      "with a tenth of its lifetime to go.",
  );
  narrator.prove(
    `every record arrived through ${spelled(tokens.length)} tokens`,
    read === 20_000 && ids.size === read && requests === PAGES + rejected,
    `${formatCount(ids.size)} different ids`,
  );
  narrator.prove(
    "one new token per expiry, however many requests are waiting",
    tokens.length === 3 && rejected === AT_ONCE,
    `${spelled(tokens.length)} tokens, ${spelled(rejected)} 401s`,
  );
}

/** Step 7: a connection that breaks within a page, and a program that is stopped between two. */
async function resume(
  narrator: Narrator,
  work: WorkFolders,
  whole: FetchReport,
): Promise<void> {
  narrator.step(
    "Cut off twice: within a page, and within a run",
    "Keep half a page, and its records are there twice once it is read again; take half a page " +
      "for a whole one, and the rest is lost. The server resets the connection in the middle of page 2, and " +
      `the program is stopped after page ${STOP_AFTER} and started again with --resume.`,
    { lib: "lib/cli/api/resumable_fetch.ts" },
  );
  const runs = await runTwice(work);
  showRuns(narrator, runs);
  narrator.judge(
    "A page counts when all of it is there. The position is saved only after the data has been " +
      "flushed, so the worst that a crash costs is one page read again. Offsets shift as soon as a record is added or " +
      "removed, so after a stop all pages are read once more and compared.",
  );
  await proveResume(narrator, { ...runs, whole: work.path(1, whole.file) });
}

/** Step 8: a page that cannot be had, in the two ways that a policy may want. */
async function poison(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A poisoned page: no retry will bring it back",
    "Page 3 answers 500 to every attempt. Give up, and page 4 is lost as well; carry on " +
      "without recording it, and page 3 is silently lost. A policy decides, stream by stream:",
    { lib: "lib/api/paging/page.ts" },
  );
  const skipped = await readPoisoned(work, "skip");
  const failed = await readPoisoned(work, "fail");
  const resumed = await readPoisoned(work, "fail", failed.state);
  showPolicies(narrator, { skipped, failed, resumed });
  narrator.say("The quarantine keeps enough of it to take it up with the server's owner:");
  showQuarantine(narrator, skipped, RETRIES + 1);
  narrator.judge(
    "Skipping is never silent: the stream is not complete and its run ends partial. Failing keeps " +
      "the pages before it, and a resume picks up right after them.",
  );
  const ids = new Set([...failed.ids, ...resumed.ids]);
  narrator.prove(
    "the stream carries on after it, and never counts as complete",
    skipped.end?.proven === false && skipped.end.skippedPages === 1 &&
      skipped.pages.some(({ number, status }) => number === 4 && status === 200) &&
      skipped.read === ids.size - 500,
    `${formatCount(skipped.read)} of ${formatCount(ids.size)}`,
  );
  narrator.prove(
    "after the repair no record is missing or read twice",
    resumed.end?.proven === true && resumed.end.read === ids.size && failed.error !== undefined &&
      failed.read + resumed.read === ids.size,
    `${[failed.read, resumed.read].map(formatCount).join(" + ")} = ${formatCount(ids.size)}`,
  );
}

/** Step 9: the evidence for an end, and against it. */
async function totals(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A total that lies: evidence and contradiction",
    `The same ${formatCount(WEEK_RECORDS)} earthquakes, ${
      spelled(CLAIMS.length)
    } times. A loop that ends when the total is reached trusts one sign; ` +
      "the client weighs them all. It reads on while any sign says that there is more, and calls a listing complete only with " +
      "evidence of its end and nothing against it:",
    { lib: "lib/api/paging/evidence.ts", exercises: ["01.5"] },
  );
  const claims = await readClaims(work);
  showClaims(narrator, claims);
  narrator.judge(
    "Every listing was read in full; the 0 is the count of the last page, an empty one. Where the API says something else, it is not for the client to say who is right: the run " +
      'is partial (exit code 2), and its summary, `--json` and the manifest name these signs. REFERENCE.md lists them: "Evidence of an API".',
  );
  narrator.prove(
    "no read stopped at a wrong total, too low or too high",
    claims.every(({ read, ids }) => read === WEEK_RECORDS && ids.size === read),
    `${formatCount(WEEK_RECORDS)} records, ${spelled(claims.length)} times`,
  );
  narrator.prove(
    "complete means evidence and no contradiction",
    claims.every(({ end }, at) =>
      end?.proven === CLAIMS[at]?.isSure && end?.proven === (end?.contradictions.length === 0) &&
      (end?.evidence.length ?? 0) > 0
    ),
    `${claims.filter(({ end }) => end?.proven).length} complete, ${
      claims.filter(({ end }) => !end?.proven).length
    } not`,
  );
}

/** Step 10: listings without an end, and the guards that notice. */
async function loops(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A listing that never ends",
    "A loop that follows `next` until there is none runs all night, fills the disk with the same " +
      `records and is marked a success by whatever kills it in the end. None of these ${
        spelled(LOOPS.length)
      } says how many ` +
      `records it has, and we lose patience after ${PATIENCE} requests:`,
    { lib: "lib/api/paging/seen_pages.ts", exercises: ["01.4"] },
  );
  const ours = await readLoops(work);
  const bare = await readBareLoop(work, LOOPS[0].fault);
  showLoops(narrator, { ours, bare });
  narrator.judge(
    "A page that repeats another may be a glitch, so it is fetched again before the guard " +
      "steps in. A stream that a guard has stopped is never complete.",
  );
  narrator.prove(
    "every loop is stopped by a guard, and none counts as complete",
    ours.every(({ end }) => end?.guard !== undefined && !end.proven),
    `after ${ours.map(({ requests }) => requests).join(", ")} requests`,
  );
  narrator.prove(
    "no record was delivered twice",
    ours.every(({ read, ids }) => ids.size === read) && bare.ids.size < bare.read,
    `bare: ${formatCount(bare.read)}, ${formatCount(bare.ids.size)} distinct`,
  );
}

if (import.meta.main) Deno.exit(await runPhase(Deno.args, APIS, { moved: { fetch: "api fetch" } }));
