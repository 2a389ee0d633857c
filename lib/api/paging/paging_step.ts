import type { Against } from "./evidence.ts";
import { nextStep, type NextStepTerms } from "../transport/next_step.ts";
import type { StreamEnd } from "./stream_end.ts";
import type { UnreadSign } from "./unread_sign.ts";

/** Where the user sets how pages follow one another: keys of a configuration, or flags. */
export interface PagingTerms {
  /** How one page leads to the next. */
  readonly pagination: string;
  /** The parameter that takes the place of a page; `undefined` if there is none. */
  readonly param: string | undefined;
  /** Where an answer names its next page; `undefined` if that cannot be set. */
  readonly next: string | undefined;
  /** What tells two records apart; `undefined` if it cannot be set. */
  readonly key: string | undefined;
  /** Records per page. */
  readonly size: string;
  /** Where less of the listing is asked for. */
  readonly part: string;
  /** What the number of the first page is set by; `undefined` if it cannot be. */
  readonly start: string | undefined;
  /** How to have the next pages followed that are named at a place. */
  readonly follow: (type: "link" | "next_url" | "cursor", sign: UnreadSign) => string;
  /** How to say that one answer is all. */
  readonly whole: string;
  /** How to say that a number is not that of these records; `undefined` if that cannot be said. */
  readonly estimate: ((sign: UnreadSign) => string) | undefined;
  /** Whether one answer is all that is asked for. */
  readonly isSingle: boolean;
}

/** Returns what speaks against an end, each with what to do about it. */
export function advisedAgainst(
  { contradictions, guard, unread }: Pick<StreamEnd, "contradictions" | "guard" | "unread">,
  paging: PagingTerms,
  terms: NextStepTerms,
): Against[] {
  return contradictions.map(({ code, message }) => {
    const step = pagingStep(code, paging, unread) ??
      (guard?.code !== code
        ? undefined
        : code === "http-status"
        ? ofRefused(paging, terms)
        : nextStep(guard, terms));
    return { code, message: step === undefined ? message : `${message}; ${step}` };
  });
}

/** Says what to do about a sign against the end of a listing; `undefined` if there is nothing to set. */
function pagingStep(
  code: Against["code"],
  terms: PagingTerms,
  unread: UnreadSign | undefined,
): string | undefined {
  switch (code) {
    case "page-repeated":
    case "cursor-repeated":
      return terms.param &&
        `check ${terms.param}: a server that does not know the parameter shows the same page again`;
    case "first-page-left-out":
      return terms.start && `set ${terms.start} to 0`;
    case "next-invalid":
      return `check ${terms.next ?? terms.pagination}`;
    case "next-path-never-seen":
      if (unread?.says === "next") return ofUnread(unread, terms);
      return `check ${terms.next ?? terms.pagination}, or set ${terms.size}: then a shorter page ` +
        "is the last";
    case "page-full":
      return `set ${terms.pagination}, or a higher limit`;
    case "pages-overlap":
      return terms.key && `set ${terms.key}, or repeats: true if equal records are several`;
    case "more-unread":
      return unread && ofUnread(unread, terms);
    default:
      return undefined;
  }
}

/** A page was refused after others. */
function ofRefused({ part }: PagingTerms, { end }: NextStepTerms): string {
  const isEnd = end === undefined ? "" : `; if the listing ends there, ${end}`;
  return `the pages before it were answered${isEnd}; if the API goes no further, ask for a part ` +
    `of the listing at a time by ${part}`;
}

function ofUnread(unread: UnreadSign, terms: PagingTerms): string {
  const { says, value, isHeader, place } = unread;
  const all = terms.isSingle ? `; if this is all, ${terms.whole}` : "";
  if (says === "next") {
    const type = place === "Link" && isHeader
      ? "link"
      : value === "url" && !isHeader
      ? "next_url"
      : "cursor";
    return `${terms.follow(type, unread)}${all}`;
  }
  const other = says === "total" && !terms.isSingle ? terms.estimate?.(unread) : undefined;
  const step = terms.isSingle ? `set ${terms.pagination}` : `check ${terms.pagination}`;
  return `${step}${all}${other === undefined ? "" : `; if it counts something else, ${other}`}`;
}
