import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { edit, order, ORDERS, shopIn, stopAt, USERS, withStreams } from "./_shop.ts";
import { everyWorldTest, streamOf, worldTest } from "./_world.ts";

worldTest(
  "runPipeline() reads a listing for each parent, each once, and says whose a record is",
  async (world) => {
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
  },
);

everyWorldTest(
  "runPipeline() goes on inside a child after a stop, and between two without a second reading",
  async (world) => {
    const shop = shopIn(world);
    shop.users = [1, 2, 3].map((id) => ({ id }));
    shop.orders = { 1: [order(1)], 2: [1, 2, 3, 4, 5].map(order), 3: [order(1)] };
    const ids = (rows: string[]) =>
      rows.map((row) => JSON.parse(row)).map((row) => [row._for_each.user_id, row.n]);
    const all = [[1, 1], [2, 1], [2, 2], [2, 3], [2, 4], [2, 5], [3, 1]];
    await stopAt(world, "/users/2/orders3");
    shop.asked = [];
    assertEquals((await world.run({ edit })).exit_code, 0);
    assertEquals(shop.asked.slice(0, 2), ["/users/2/orders3", "/users/3/orders1"]);
    assertEquals(ids(world.rows("shop.orders")), all);

    shop.orders[3] = [order(9)];
    await stopAt(world, "/users/3/orders1");
    shop.asked = [];
    assertEquals((await world.run({ edit })).exit_code, 0);
    assertEquals(shop.asked, ["/users/3/orders1"]);
    assertEquals(ids(world.rows("shop.orders")), [...all.slice(0, -1), [3, 9]]);
  },
);

worldTest("loadConfig() says what for_each cannot be", async (world) => {
  const problems = async (streams: string) => {
    const error = await assertRejects(
      () => world.config({ edit: withStreams(streams) }),
      ConfigError,
    );
    return error.message;
  };
  const found = async (from: string, to: string) =>
    await problems(`${USERS}\n        privacy: { mask: [mail] }${ORDERS.replace(from, to)}`);
  for (
    const [from, to, wanted] of [
      ["stream: users", "stream: orders", "a stream above this one"],
      ["user_id: id", "user: id", "expected {user} in path or params"],
      [
        "/users/{user_id}",
        "/users/{user_id}/{other}",
        "found {other}, expected a name of for_each",
      ],
      ["user_id: id", "user_id: mail.box", "expected no column under privacy"],
      ["stream: users, ", "", "exactly one of stream and values"],
      ["records: items", "incremental: { field: at, start_param: since }", "none with for_each"],
    ] as const
  ) assertStringIncludes(await found(from, to), wanted);
});

worldTest("runPipeline() asks for parents beyond 2^53 by all of their digits", async (world) => {
  const shop = shopIn(world);
  const ids = ["9007199254740993", "9007199254740992", "-123456789012345678901"];
  const { answer } = world;
  world.answer = (url, request) =>
    url.pathname === "/users"
      ? new Response(`[${ids.map((id) => `{"id":${id}}`)}]`, {
        headers: { "content-type": "application/json" },
      })
      : answer?.(url, request) ?? Response.error();
  shop.orders = Object.fromEntries(ids.map((id) => [id, [order(1)]]));
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(shop.asked, ids.map((id) => `/users/${id}/orders1`));
  const rows = ids.map((id) => `{"_for_each":{"user_id":${id}},"n":1}`);
  assertEquals(world.rows("shop.orders"), rows);
  assertEquals((await world.run({ edit })).streams.map(({ written }) => written), [0, 0, 0]);
  assertEquals(world.rows("shop.orders"), rows);
});
