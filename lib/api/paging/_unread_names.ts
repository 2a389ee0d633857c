/** What the name of a field or header says of the records that follow. */
export type Meaning =
  | "next"
  | "more"
  | "no-more"
  | "last"
  | "left"
  | "token"
  | "status"
  | "total"
  | "pages";

/** Names of what says how a listing goes on, in lower case and without anything but letters. */
const NAMES = new Map<string, Meaning>([
  ...named(
    "next",
    "continuation continuationtoken continue lastevaluatedkey mscontinuation next nextcursor nexthref nextlink nextmarker " +
      "nextoffset nextpage nextpagelink nextpagetoken nextpageurl nextrange nextrecordsurl nexttoken nexturl odatanextlink " +
      "resumptiontoken skiptoken",
  ),
  ...named(
    "more",
    "exceededtransferlimit hasmore hasmoreitems hasmorepages hasmorerecords hasmoreresults hasnext hasnextpage " +
      "incomplete ispartial istruncated more moreavailable moreitems morerecords moreresults partial truncated",
  ),
  ...named(
    "no-more",
    "complete done endofrecords eof finished iscomplete isfinished islast islastpage nomore",
  ),
  ...named("left", "remainingcount remainingitemcount remainingitems remainingrecords"),
  // Of a single answer; a page may repeat what it was asked for.
  ...named("token", "bookmark offset"),
  ...named("status", "jobstate jobstatus querystate querystatus state status"),
  // Whether a page is the last, or which one is.
  ...named("last", "last lasthref lastlink lastpageurl lasturl"),
  ...named(
    "total",
    "count numberoftotalresults numbermatched numfound numresults odatacount opensearchtotalresults paginationtotalcount " +
      "recordsfiltered resultcount total totalcount " +
      "totalelements totalhits totalitems totalrecords totalresults totalsize wptotal",
  ),
  ...named("pages", "lastpage numpages pagecount pages totalpages wptotalpages"),
]);

/** Returns what a name says; `undefined`: nothing. */
export function meaningOf(name: string): Meaning | undefined {
  return NAMES.get(name.toLowerCase().replaceAll(/[^a-z]/g, ""));
}

function named<const Says extends string>(says: Says, names: string): [string, Says][] {
  return names.split(" ").map((name) => [name, says]);
}
