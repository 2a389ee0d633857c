import { type Answer, answer, jsonAnswer } from "./_answer.ts";
import type { Call } from "./_call.ts";
import { foreignUrl } from "./_fault_answer.ts";
import { cutPage } from "./_flight_page.ts";
import { lenientCount, pageUrl } from "./_page_link.ts";
import { joinRecords } from "./_records.ts";

const LISTING = "/next/flights";

/** Answers with the flights in an envelope whose `next` is an address, as Django REST framework does. */
export async function answerNextUrl(call: Call): Promise<Answer> {
  if (call.url.pathname !== LISTING) return jsonAnswer(404, { detail: "Not found." });
  const query = call.url.searchParams;
  const size = call.pageSize(Math.min(lenientCount(query.get("page_size"), 100), 1000));
  const page = lenientCount(query.get("page"), 1);
  const instead = call.admit(page);
  if (instead !== undefined) return instead;
  const { records } = await call.shared.samples.flights();
  const cut = cutPage(call, records, { page, size });
  const endless = call.page.endless !== undefined;
  if (page > cut.last && !endless) return jsonAnswer(404, { detail: "Invalid page." });
  const next = cut.next === undefined ? null : pageUrl(call.url, "page", cut.next);
  const head = {
    count: records.length + (call.shared.book.rule("flights", "miscount") ?? 0),
    next: next !== null && call.page.foreignNext ? foreignUrl(new URL(next)) : next,
    previous: page > 1 ? pageUrl(call.url, "page", page - 1) : null,
  };
  const body = joinRecords(cut.records, {
    before: `${JSON.stringify(head).slice(0, -1)},"results":[`,
    separator: ",",
    after: "]}",
  });
  return answer(200, "application/json", body);
}
