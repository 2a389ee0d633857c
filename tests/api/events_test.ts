import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ApiClient } from "../../lib/api/mod.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { type EventName, EVENTS } from "../../lib/logging/mod.ts";
import { sendEventsTo } from "../../lib/logging/log_event.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { json, serve } from "./_server.ts";

const ignore = !granted("net");

/** Collects events as the client logs them, before the log takes secrets out of them once more. */
function eventsAsLogged() {
  const events: { event: EventName; fields: Readonly<Record<string, unknown>> }[] = [];
  sendEventsTo((logged) => void events.push(logged));
  return events;
}

Deno.test({
  name: "pages() logs one event for each attempt and one for each page, without secrets",
  ignore,
  async fn() {
    const events = eventsAsLogged();
    try {
      await using server = serve(({ url }, n) =>
        n === 1
          ? new Response(`wrong ${url.href}`, { status: 429, headers: { "retry-after": "2" } })
          : json({ data: [1, 2] })
      );
      const value = new Secret("never-print-this", "K");
      await using client = new ApiClient({
        baseUrl: server.url.replace("//", "//user:word@"),
        auth: { type: "api_key", in: "query", name: "appid", value },
        clock: new FakeClock(),
        random: () => 0,
        runId: "run1",
      });
      await collect(client.pages({ path: "/x", records: "data" }));
      const facts = events.map(({ event, fields: p }) => [
        event,
        EVENTS[event].level,
        p["attempt"] ?? p["attempts"],
        p["status"],
        p["wait_ms"],
        p["wait_source"],
      ]);
      assertEquals(facts, [
        ["request-failed", "warning", 1, 429, 2000, "retry-after"],
        ["request-answered", "debug", 2, 200, undefined, undefined],
        ["page-read", "debug", 2, 200, undefined, undefined],
      ]);
      const printed = JSON.stringify(events);
      assertEquals([printed.includes("never-print"), printed.includes("word")], [false, false]);
      assertEquals(events[2]?.fields["records"], 2);
      const ids = server.seen.map(({ headers }) => headers.get("x-request-id"));
      assertEquals(events.slice(0, 2).map(({ fields }) => fields["request_id"]), ids);
      assertMatch(ids[1] ?? "", /^run1-[0-9a-f]{8}-2$/);
      assertMatch(
        server.seen[0]?.headers.get("traceparent") ?? "",
        /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/,
      );
    } finally {
      sendEventsTo(undefined);
    }
  },
});

Deno.test({
  name:
    "request() says that an attempt is not retried when the caller aborts or the wait is refused",
  ignore,
  async fn() {
    const events = eventsAsLogged();
    try {
      const caller = new AbortController();
      const stopped = new SuspendedError("suspended-signal", "Cannot go on: SIGINT", {
        transient: true,
      });
      await using server = serve(({ url }) => {
        if (url.pathname === "/stop") caller.abort(stopped);
        return new Response("", { status: 503, headers: { "retry-after": "3600" } });
      });
      await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
      const { signal } = caller;
      await assertRejects(
        () => client.request({ path: "/stop", signal }),
        SuspendedError,
        "SIGINT",
      );
      await assertRejects(() => client.request({ path: "/long" }), SuspendedError);
      const facts = events.map(({ fields: p }) => [p["retried"], p["wait_ms"]]);
      assertEquals(facts, [[false, undefined], [false, undefined]]);
    } finally {
      sendEventsTo(undefined);
    }
  },
});
