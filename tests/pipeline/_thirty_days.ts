import { assert, assertEquals } from "@std/assert";
import { SimulatedCrash } from "../crash/_power_loss.ts";
import type { World } from "./_world.ts";

const DAY = 24 * 60 * 60 * 1000;
/** How many. */
export const DAYS = 30;

const YAML = `
      - name: users
        path: /users
        primary_key: [id]
      - name: orders
        path: /users/{user_id}/orders
        for_each: { stream: users, bind: { user_id: id } }
        primary_key: [n]
      - name: events
        path: /events
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 7 }
        short_page_ends: true
        primary_key: [id]
        incremental: { field: at, start_param: since, lag: 3d }`;

const FOLDERS = `
  - { name: vendor, type: files, path: drop, include: ["*.csv"], min_age: 0s, on_change: replace }
  - { name: web, type: logs, path: drop, include: ["*.log"], min_age: 0s }
tolerance: { files: 9 }
`;

function edit(yaml: string): string {
  return yaml.replace(/\n {6}- name: items[^]*?primary_key: \[id\]/, YAML)
    .replace(/ {2}- name: vendor[^]*$/, FOLDERS.trimStart().replace(/^/, "  "));
}

/** Whole numbers from 0, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** What there is outside, as somebody who sees all of it knows it. */
class Upstream {
  readonly events = new Map<number, Record<string, unknown>>();
  readonly users = new Map<number, number[]>();
  /** Rows of each file that is in order, by its name. */
  readonly files = new Map<string, string[]>();
  readonly lines: string[] = [];
  isOut = false;
  #next = 1;
  readonly #world: World;
  readonly #pick: (below: number) => number;

  constructor(world: World, pick: (below: number) => number) {
    this.#world = world;
    this.#pick = pick;
  }

  /** A day on which somebody works: records come, late ones too, change and go; files come and are corrected. */
  work(day: number, now: number): void {
    const [pick, world] = [this.#pick, this.#world];
    const at = (age: number) => new Date(now - age).toISOString();
    for (let more = 1 + pick(20); more > 0; more--) {
      const id = this.#next++;
      // One in five was held up on its way.
      const age = pick(5) === 0 ? pick(2 * DAY) : pick(DAY / 2);
      const drift = day >= 10 ? { channel: day >= 20 ? { name: "web" } : "web" } : {};
      this.events.set(id, { id, v: 0, at: at(age), ...drift });
    }
    for (const id of [...this.events.keys()].filter(() => pick(12) === 0)) {
      this.events.set(id, { ...this.events.get(id), id, v: day, at: at(pick(DAY / 4)) });
    }
    this.users.set(day, Array.from({ length: pick(4) }, (_, n) => n));
    for (const [id, orders] of this.users) {
      if (pick(8) === 0) this.users.delete(id);
      else if (pick(4) === 0) orders.push(orders.length);
    }
    this.#file(`sales_${day}.csv`, Array.from({ length: 1 + pick(5) }, (_, n) => `${day},${n}`));
    const early = `sales_${1 + pick(day)}.csv`;
    if (pick(3) === 0 && this.files.has(early)) {
      this.#file(early, [...this.files.get(early) ?? [], `${early},corrected on ${day}`]);
    }
    // A column more, from a vendor who did not say so; the next day it is as agreed.
    if (day % 9 === 0) world.drop(`drift_${day}.csv`, "day,n,extra\n1,2,3\n");
    if (day % 9 === 1 && day > 1) this.#file(`drift_${day - 1}.csv`, [`${day},late`]);
    const lines = Array.from({ length: 1 + pick(6) }, (_, n) => `day ${day} line ${n}`);
    this.lines.push(...lines);
    world.drop(`app_${day}.log`, lines.map((line) => `${at(0)} INFO ${line}\n`).join(""));
  }

  #file(name: string, rows: string[]): void {
    this.files.set(name, rows);
    this.#world.drop(name, `day,n\n${rows.map((row) => `${row}\n`).join("")}`);
  }

  answer({ pathname, searchParams }: URL): Response {
    if (this.isOut) return new Response("down", { status: 503 });
    const [, , user] = pathname.split("/");
    if (pathname === "/users") return Response.json([...this.users.keys()].map((id) => ({ id })));
    if (pathname !== "/events") {
      const orders = this.users.get(Number(user));
      return orders === undefined
        ? new Response("gone", { status: 404 })
        : Response.json(orders.map((n) => ({ n })));
    }
    const since = searchParams.get("since") ?? "";
    const offset = Number(searchParams.get("offset"));
    const found = [...this.events.values()].filter((one) => String(one["at"]) >= since)
      .sort((a, b) => String(a["at"]) < String(b["at"]) ? -1 : 1);
    return Response.json(found.slice(offset, offset + Number(searchParams.get("limit"))));
  }
}

function sorted(lines: Iterable<string>): string[] {
  return [...lines].sort();
}

/** What readers see of a stream, the latest of each key, against what there is. */
function compare(world: World, upstream: Upstream, about: string): void {
  const latest = new Map<number, string>();
  const all = world.rows("shop.events");
  for (const line of all) latest.set(JSON.parse(line).id, line);
  assertEquals(new Set(all).size, all.length, `${about}: an event is there twice`);
  assertEquals(
    sorted(latest.values()),
    sorted([...upstream.events.values()].map((one) => JSON.stringify(one))),
    about,
  );
  const orders = [...upstream.users].flatMap(([id, orders]) =>
    orders.map((n) => `{"_for_each":{"user_id":${id}},"n":${n}}`)
  );
  assertEquals(sorted(world.rows("shop.orders")), sorted(orders), about);
  const users = [...upstream.users.keys()].map((id) => `{"id":${id}}`);
  assertEquals(sorted(world.rows("shop.users")), sorted(users), about);
}

function compareFolders(world: World, upstream: Upstream, about: string): void {
  assertEquals(
    sorted(world.rows("vendor.vendor")),
    sorted([...upstream.files.values()].flat()),
    about,
  );
  const bodies = world.rows("web.web").map((line) => String(JSON.parse(line).body));
  assertEquals(sorted(bodies), sorted(upstream.lines), about);
}

const STREAMS = ["shop.users", "shop.orders", "shop.events", "vendor.vendor", "web.web"];

/** Lives the days of a pipeline, and compares each evening what readers see with what there is outside. */
export async function liveDays(world: World, seed: number): Promise<void> {
  const pick = numbers(seed);
  const upstream = new Upstream(world, pick);
  world.answer = (url) => upstream.answer(url);
  const seen = { kills: 0, outages: 0, quiet: 0 };
  const begin = world.now;
  for (let day = 1; day <= DAYS; day++) {
    world.now = begin + day * DAY;
    const isQuiet = day % 6 === 5;
    if (!isQuiet) upstream.work(day, world.now);
    // Nothing is out on the day before a quiet one, which has nothing to catch up on.
    upstream.isOut = day % 5 === 2 && day % 6 !== 4 && !isQuiet;
    const about = `seed ${seed}, day ${day}`;
    const manifests = () => STREAMS.map((stream) => world.manifests(stream).length);
    const before = manifests();
    let steps = pick(3) > 0 && !upstream.isOut ? 5 + pick(120) : Infinity;
    for (let attempt = 0;; attempt++) {
      assert(attempt < 5, `${about}: it does not end`);
      const died = await world.run({
        edit,
        observe: () => {
          if (steps-- <= 0) throw new SimulatedCrash("a step");
        },
      }).then((summary) => summary, (error: unknown) => {
        assert(error instanceof SimulatedCrash, String(error));
        return "killed" as const;
      });
      if (died === "killed") {
        seen.kills++;
        steps = attempt === 0 && pick(2) === 0 ? 5 + pick(60) : Infinity;
        continue;
      }
      const wanted = upstream.isOut ? [1, 75] : day % 9 === 0 ? [0, 2] : [0];
      assert(
        wanted.includes(died.exit_code),
        `${about}: exit ${died.exit_code}, ${died.reasons}`,
      );
      break;
    }
    compareFolders(world, upstream, about);
    if (upstream.isOut) seen.outages++;
    else compare(world, upstream, about);
    if (!isQuiet) continue;
    seen.quiet++;
    assertEquals(manifests(), before, `${about}: nothing is new, and something was published`);
  }
  assert(Object.values(seen).every((times) => times >= 3), JSON.stringify(seen));
}
