import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { streamOf, type World, worldTest } from "./_world.ts";

/** A shop of users, and a listing of orders for each of them. */
const USERS = `
      - name: users
        path: /users
        primary_key: [id]`;
const ORDERS = `
      - name: orders
        path: /users/{user_id}/orders
        for_each: { stream: users, bind: { user_id: id } }
        pagination: { type: page, page_param: page, size_param: size, size: 2, total: count }
        records: items
        primary_key: [n]`;

const withStreams = (streams: string) => (yaml: string) =>
  yaml.replace(/\n {6}- name: items[^]*?primary_key: \[id\]/, streams);
const edit = withStreams(USERS + ORDERS);

/** What the API has: orders by user. Without orders a user is gone. */
interface Shop {
  users: unknown[];
  orders: Record<string, readonly unknown[]>;
  /** Paths that were asked for. */
  asked: string[];
  /** Status of a path, if it is not 200. */
  status: Record<string, number>;
}

function shopIn(world: World): Shop {
  const shop: Shop = { users: [], orders: {}, asked: [], status: {} };
  world.answer = ({ pathname, searchParams }) => {
    shop.asked.push(`${decodeURIComponent(pathname)}${searchParams.get("page") ?? ""}`);
    if (pathname === "/users") return Response.json(shop.users);
    const status = shop.status[pathname];
    if (status !== undefined) return new Response("no", { status });
    const orders = shop.orders[decodeURIComponent(pathname.split("/")[2] ?? "")];
    if (orders === undefined) return new Response("gone", { status: 404 });
    const page = Number(searchParams.get("page"));
    return Response.json({ count: orders.length, items: orders.slice(page * 2 - 2, page * 2) });
  };
  return shop;
}

const order = (n: number) => ({ n });

worldTest("runPipeline() reads a listing for each parent, each once, and says whose a record is", async (world) => {
  const shop = shopIn(world);
  // Numbers of orders are unique within a user only, and equal orders of two users are two.
  shop.users = [{ id: 1 }, { id: "a/../b?" }, { id: 3 }];
  shop.orders = { 1: [order(1), order(2), order(3)], "a/../b?": [order(1)], 3: [] };
  const orders = streamOf(await world.run({ edit }), "shop.orders");
  assertEquals([orders.outcome, orders.read, orders.written, orders.duplicates], [
    "complete",
    4,
    4,
    0,
  ]);
  assertEquals(world.rows("shop.orders"), [
    '{"_for_each":{"user_id":1},"n":1}',
    '{"_for_each":{"user_id":1},"n":2}',
    '{"_for_each":{"user_id":1},"n":3}',
    '{"_for_each":{"user_id":"a/../b?"},"n":1}',
  ]);
  assertEquals(shop.asked, [
    "/users",
    "/users/1/orders1",
    "/users/1/orders2",
    "/users/a/../b?/orders1",
    "/users/3/orders1",
  ]);
  assertEquals(world.manifests("shop.orders")[0]?.primary_key, ["_for_each.user_id", "n"]);
  // Nothing new publishes nothing.
  assertEquals((await world.run({ edit })).streams.map(({ written }) => written), [0, 0, 0]);
  assertEquals(world.manifests("shop.orders").length, 1);
});

worldTest("runPipeline() takes a parent that is gone for one without records, but not all of them", async (world) => {
  const shop = shopIn(world);
  shop.users = [{ id: 1 }, { id: 2 }];
  shop.orders = { 2: [order(1)] };
  const first = streamOf(await world.run({ edit }), "shop.orders");
  assertEquals([first.outcome, first.written], ["complete", 1]);
  // No longer listed, its records leave the snapshot with it.
  shop.users = [{ id: 3 }];
  shop.orders = { 3: [order(5)] };
  assertEquals(streamOf(await world.run({ edit }), "shop.orders").outcome, "complete");
  assertEquals(world.rows("shop.orders"), ['{"_for_each":{"user_id":3},"n":5}']);
  shop.orders = {};
  const all = streamOf(await world.run({ edit }), "shop.orders");
  assertEquals([all.outcome, all.contradictions.map(({ code }) => code)[0]], [
    "partial",
    "listings-gone",
  ]);
});
