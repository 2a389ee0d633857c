import { assertEquals } from "@std/assert";
import { SuspendedError } from "../../lib/errors/mod.ts";
import type { World } from "./_world.ts";

/** A shop of users, and a listing of orders for each of them. */
export const USERS = `
      - name: users
        path: /users
        primary_key: [id]`;
export const ORDERS = `
      - name: orders
        path: /users/{user_id}/orders
        for_each: { stream: users, bind: { user_id: id } }
        pagination: { type: page, page_param: page, size_param: size, size: 2, total: count }
        records: items
        primary_key: [n]`;

/** Returns what puts other streams into the configuration of a world. */
export function withStreams(streams: string): (yaml: string) => string {
  return (yaml) => yaml.replace(/\n {6}- name: items[^]*?primary_key: \[id\]/, streams);
}

export const edit = withStreams(USERS + ORDERS);

/** What the API has: orders by user. Without orders a user is gone. */
export interface Shop {
  users: unknown[];
  orders: Record<string, readonly unknown[]>;
  /** Paths that were asked for. */
  asked: string[];
  /** Status of a path, if it is not 200. */
  status: Record<string, number>;
}

export function shopIn(world: World): Shop {
  const shop: Shop = { users: [], orders: {}, asked: [], status: {} };
  world.answer = ({ pathname, searchParams }) => {
    shop.asked.push(`${decodeURIComponent(pathname)}${searchParams.get("page") ?? ""}`);
    const status = shop.status[pathname];
    if (status !== undefined) return new Response("no", { status });
    if (pathname === "/users") return Response.json(shop.users);
    const orders = shop.orders[decodeURIComponent(pathname.split("/")[2] ?? "")];
    if (orders === undefined) return new Response("gone", { status: 404 });
    const page = Number(searchParams.get("page"));
    return Response.json({ count: orders.length, items: orders.slice(page * 2 - 2, page * 2) });
  };
  return shop;
}

/** One order. */
export function order(n: number): { n: number } {
  return { n };
}

/** Runs until a path is asked for. */
export async function stopAt(world: World, path: string, selected?: string[]) {
  const stop = new AbortController();
  const answer = world.answer;
  world.answer = (url, request) => {
    if (`${url.pathname}${url.searchParams.get("page") ?? ""}` === path) {
      stop.abort(new SuspendedError("suspended-signal", "stopped"));
    }
    return answer?.(url, request) ?? new Response();
  };
  const stopped = await world.run({ edit, signal: stop.signal, ...(selected && { selected }) });
  assertEquals(stopped.exit_code, 75);
  world.answer = answer;
}
