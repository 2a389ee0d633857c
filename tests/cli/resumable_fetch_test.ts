import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ApiClient } from "../../lib/api/mod.ts";
import { resumableFetch } from "../../lib/cli/api/mod.ts";
import { IngestError, StorageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { filesIn, inFolder } from "./_run_headwaters.ts";

/** Changes a listing after the answer of that number. */
type Change = (all: number[], request: number) => void;

const OFFSET = { type: "offset", offset_param: "o", size_param: "n", size: 10 } as const;

/** Fetches 35 numbers; `stopAfter` pages it is stopped, and goes on. */
async function fetchMoving(
  change: Change,
  { stopAfter, links = false, total = false, meanwhile = () => {} }: {
    readonly stopAfter?: number;
    /** Whether each page names the next one. */
    readonly links?: boolean;
    readonly total?: boolean;
    /** What happens to the folder after the stop. */
    readonly meanwhile?: (folder: string) => void;
  } = {},
) {
  let found: unknown[] = [];
  await inFolder({}, async (folder) => {
    const all = Array.from({ length: 35 }, (_, id) => id);
    let request = 0;
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      ({ url }) => {
        const { searchParams } = new URL(url);
        const offset = Number(searchParams.get("o") ?? searchParams.get("offset"));
        const items = all.slice(offset, offset + 10).map((id) => ({ id }));
        const next = links && offset + 10 < all.length ? `?offset=${offset + 10}` : null;
        const answer = Response.json({ items, total: all.length, next });
        change(all, ++request);
        return answer;
      },
    );
    await using client = new ApiClient({
      baseUrl: `http://127.0.0.1:${server.addr.port}`,
      retry: { base: 1 },
    });
    const path = join(folder, "all.jsonl");
    const get = (more: { readonly max_pages?: number }) =>
      resumableFetch(
        client,
        {
          path: "/items",
          records: "items",
          pagination: {
            ...(links ? { type: "next_url", path: "next" } as const : OFFSET),
            ...(total ? { total: "total" } : {}),
            ...more,
          },
        },
        path,
        { resume: true },
      );
    if (stopAfter !== undefined) await get({ max_pages: stopAfter });
    meanwhile(folder);
    const { proven, evidence, contradictions, records } = await get({});
    const lines = (await Deno.readTextFile(join(folder, filesIn(folder)[0] ?? ""))).trimEnd();
    const isSet = lines === all.map((id) => `{"id":${id}}`).join("\n");
    const against = contradictions.map(({ code }) => code);
    found = [proven, isSet && records === all.length, evidence.at(-1), against, filesIn(folder)];
  });
  return found;
}

const WHOLE = [true, true, "readings-agree", [], ["all.jsonl"]];

for (
  const [what, change, options, expected] of [
    ["is quiet", () => {}, {}, [true, true, "empty-page", [], ["all.jsonl"]]],
    ["is quiet across a stop", () => {}, { stopAfter: 2 }, WHOLE],
    ["loses a record at a stop", (all, n) => n === 2 && all.shift(), { stopAfter: 2 }, WHOLE],
    [
      "whose pages name the next loses a record at a stop",
      (all, n) => n === 2 && all.shift(),
      { stopAfter: 2, links: true },
      WHOLE,
    ],
    ["gets a record at a stop", (all, n) => n === 2 && all.unshift(-1), { stopAfter: 2 }, WHOLE],
    ["gets a record while it is read", (all, n) => n === 2 && all.unshift(-1), {}, WHOLE],
    [
      "gets a whole page while it is read",
      (all, n) => n === 2 && all.unshift(...Array(10).keys().map((i) => -1 - i)),
      {},
      WHOLE,
    ],
    ["moves a record to its end", (all, n) => n === 2 && all.push(all.shift() ?? 0), {}, WHOLE],
    [
      "loses a page of those it declared",
      (all, n) => n === 2 && all.splice(0, 10),
      { total: true },
      WHOLE,
    ],
    [
      "never rests",
      (all, n) => n % 5 === 2 && all.unshift(-n),
      {},
      [
        ...[false, false, "empty-page", ["total-changed", "listing-moved"]],
        ["all.jsonl.part", "all.jsonl.position"],
      ],
    ],
  ] as readonly [string, Change, Parameters<typeof fetchMoving>[1], unknown[]][]
) {
  Deno.test({
    name: `resumableFetch() has each record once or says so when a listing by offset ${what}`,
    ignore: !granted("read", "write", "net"),
    fn: async () => assertEquals(await fetchMoving(change, options), expected),
  });
}

Deno.test({
  name: "resumableFetch() does not go on with a file that was edited, however long it is",
  ignore: !granted("read", "write", "net"),
  async fn() {
    await assertRejects(
      () =>
        fetchMoving(() => {}, {
          stopAfter: 3,
          meanwhile(folder) {
            const path = join(folder, "all.jsonl.part");
            Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace("7", "8"));
          },
        }),
      StorageError,
      "it was changed after the fetch was stopped; --force without --resume starts over",
    );
  },
});

for (
  const [what, name, moment] of [
    ["a position that is not its own", ".position", "asked"],
    ["a new position that is not its own", ".position.new", "asked"],
    ["a part that took the place of its own before the first page", ".part", "asked"],
    ["a part that took the place of its own after it", ".part", "read"],
    ["a file that gets its name at the last moment", "", "named"],
  ] as const
) {
  Deno.test({
    name: `resumableFetch() neither replaces nor publishes ${what}`,
    ignore: !granted("read", "write", "net"),
    fn: () =>
      inFolder({}, async (folder) => {
        const path = join(folder, "all.jsonl");
        const put = (now: typeof moment) => {
          if (now !== moment) return;
          if (name === ".part") Deno.removeSync(`${path}${name}`);
          Deno.writeTextFileSync(`${path}${name}`, "theirs");
        };
        await using server = Deno.serve(
          { port: 0, hostname: "127.0.0.1", onListen() {} },
          () => {
            put("asked");
            return Response.json([{ id: 1 }]);
          },
        );
        await using client = new ApiClient({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
        const listing = { path: "/items", pagination: { type: "none", whole: true } } as const;
        const { linkSync } = Deno;
        Deno.linkSync = (from, to) => {
          if (to === path) put("named");
          linkSync(from, to);
        };
        const fetching = resumableFetch(client, listing, path, { onPage: () => put("read") });
        await assertRejects(() => fetching, IngestError).finally(() => Deno.linkSync = linkSync);
        assertEquals(await Deno.readTextFile(`${path}${name}`), "theirs");
        const own = ["all.jsonl", "all.jsonl.part", "all.jsonl.position"];
        if (moment === "named") assertEquals(filesIn(folder), own, "it can be gone on with");
        else assertEquals(filesIn(folder).includes("all.jsonl"), false);
      }),
  });
}
