/** One request of the sample traffic. */
export interface Ask {
  /** Seconds since the caller's last one. */
  readonly after: number;
  readonly client: string;
  readonly path: string;
  readonly method?: string;
  readonly agent?: string;
  readonly referrer?: string;
  readonly authorization?: string;
  readonly modifiedSince?: string;
  readonly body?: string;
}

/** A caller: when it comes, and what it asks; it learns the status of each answer. */
interface Caller {
  /** Seconds from the start of the log. */
  readonly start: number;
  asks(random: () => number): Generator<Ask, void, number>;
}

const BEARER = "Bearer sample-token";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const QUAKES = "/usgs/fdsnws/event/1";
const FLIGHTS = "/github/repos/bts/flights/records";

/** Lines of requests that no HTTP client sends: dropped connections, TLS on a plain port, the server's own. */
export const STRAY_LINES: readonly { readonly at: number; readonly text: string }[] = [
  { at: 95, text: `192.0.2.44 - - [TIME] "-" 408 - "-" "-" 20004211 -` },
  {
    at: 410,
    text: `203.0.113.99 - - [TIME] "\\x16\\x03\\x01\\x02" 400 226 "-" "-" 188 -`,
  },
  {
    at: 655,
    text: `::1 - - [TIME] "OPTIONS * HTTP/1.0" 200 - "-" "Apache (internal dummy connection)" 61 -`,
  },
  { at: 900, text: `192.0.2.44 - - [TIME] "-" 408 - "-" "-" 20001873 -` },
  { at: 1204, text: `198.51.100.7 - - [TIME] "GET /" 400 226 "-" "-" 143 -` },
];

/** Everybody who calls while the log is written; all addresses are reserved for documentation. */
export const TRAFFIC: readonly Caller[] = [
  { start: 0, asks: quakeJob },
  { start: 4, asks: flightJob },
  { start: 9, asks: strikeJob },
  { start: 30, asks: dashboard },
  { start: 2, asks: healthCheck },
  { start: 333, asks: scanner },
  { start: 60, asks: analyst },
  { start: 700, asks: quakeJob },
  { start: 805, asks: flightJob },
  { start: 17, asks: poller },
  { start: 1010, asks: strikeJob },
  { start: 1400, asks: quakeJob },
  { start: 1700, asks: strikeJob },
  { start: 1500, asks: flightJob },
];

/** Reads all quakes, with a count first, and asks again after an error. */
function* quakeJob(): Generator<Ask, void, number> {
  const caller = { client: "198.51.100.23", agent: "headwaters/0.1 (Deno/2.9.6)" };
  const query = "format=geojson&starttime=2018-01-31";
  for (let round = 0; round < 7; round++) {
    yield { ...caller, after: 45 * round, path: `${QUAKES}/count?${query}` };
    for (let offset = 1; offset <= 1707; offset += 60) {
      const path = `${QUAKES}/query?${query}&limit=60&offset=${offset}`;
      let status = yield { ...caller, after: 1.2, path };
      for (let retry = 1; status >= 429 && retry < 4; retry++) {
        status = yield { ...caller, after: 2 ** retry, path };
      }
    }
  }
}

/** Follows the pages of the flights; gets a new token when the old one is refused. */
function* flightJob(random: () => number): Generator<Ask, void, number> {
  const caller = { client: "198.51.100.24", agent: "python-requests/2.32.3" };
  yield {
    ...caller,
    after: 0.2,
    path: "/oauth/token",
    method: "POST",
    authorization: `Basic ${btoa("nightly:sample-token")}`,
    body: "grant_type=client_credentials",
  };
  for (let page = 1; page <= 200; page++) {
    const ask = { ...caller, path: `${FLIGHTS}?per_page=100&page=${page}`, authorization: BEARER };
    let status = yield { ...ask, after: 0.4 + random() };
    for (let retry = 1; status >= 400 && retry < 4; retry++) {
      status = yield { ...ask, after: 1.5 * retry };
    }
  }
}

/** Reads strikes by page, in the cluster's own words. */
function* strikeJob(): Generator<Ask, void, number> {
  const agent = "Apache-HttpClient/5.3.1 (Java/17.0.12)";
  for (let page = 1; page <= 100; page++) {
    const path = `/openalex/strikes?per-page=100&page=${page}&api_key=sample-token`;
    const ask = { client: "2001:db8:0:3::11", agent, path };
    let status = yield { ...ask, after: 6.1 };
    for (let retry = 1; status >= 400 && retry < 4; retry++) {
      status = yield { ...ask, after: 2 * retry };
    }
  }
}

/** A page in a browser that asks for the newest quakes every ten seconds; its query has a quote once. */
function* dashboard(random: () => number): Generator<Ask, void, number> {
  for (let tick = 0; tick < 120; tick++) {
    const magnitude = (random() * 4).toFixed(1);
    const search = tick % 24 === 5 ? `?search="big one"` : "";
    yield {
      after: 10,
      client: "203.0.113.8",
      agent: BROWSER,
      referrer: `https://quakes.example/live${search}`,
      path: `${QUAKES}/query?format=csv&starttime=2018-02-06&minmagnitude=${magnitude}&limit=20`,
    };
  }
}

/** Asks every half minute whether the first page has changed; it has not. */
function* poller(): Generator<Ask, void, number> {
  for (let tick = 0; tick < 60; tick++) {
    yield {
      after: 30,
      client: "192.0.2.77",
      agent: "Deno/2.9.6",
      path: FLIGHTS,
      authorization: BEARER,
      ...(tick === 0 ? {} : { modifiedSince: "Sun, 01 Apr 2001 00:00:00 GMT" }),
    };
  }
}

function* healthCheck(): Generator<Ask, void, number> {
  for (let tick = 0; tick < 75; tick++) {
    yield {
      after: 20,
      client: "192.0.2.1",
      method: "HEAD",
      agent: "kube-probe/1.31",
      path: `${QUAKES}/version`,
    };
  }
}

/** Tries what scanners try; some of it says nothing about itself. */
function* scanner(): Generator<Ask, void, number> {
  const client = "203.0.113.99";
  for (
    const path of ["/", "/.env", "/wp-login.php", "/.git/config", "/cgi-bin/luci/;stok=/locale"]
  ) {
    yield { after: 0.7, client, path };
    yield { after: 0.3, client, path, agent: `Mozilla/5.0 "zgrab" \\x01` };
  }
  yield {
    after: 1,
    client,
    method: "POST",
    path: "/openalex/strikes",
    body: "x=1",
    agent: "curl/8.5.0",
  };
}

/** A person at a shell: a wrong token, a wrong limit, a search for nothing. */
function* analyst(): Generator<Ask, void, number> {
  const caller = { client: "2001:db8:5::b0b", agent: "curl/8.5.0" };
  const basic = `Basic ${btoa("bob:sample-token")}`;
  yield { ...caller, after: 3, path: FLIGHTS };
  yield { ...caller, after: 9, path: FLIGHTS, authorization: "Bearer smaple-token" };
  yield { ...caller, after: 14, path: FLIGHTS, authorization: basic };
  yield { ...caller, after: 40, path: `${QUAKES}/query?format=geojson&limit=50000` };
  yield {
    ...caller,
    after: 21,
    path: `${QUAKES}/query?format=csv&starttime=2018-02-01&minmagnitude=9&nodata=404`,
  };
  yield {
    ...caller,
    after: 8,
    path: `${QUAKES}/query?format=csv&starttime=2018-02-01&minmagnitude=9`,
  };
  yield {
    ...caller,
    after: 3,
    path: `${QUAKES}/query?format=csv&starttime=2018-02-01&minmagnitude=9`,
  };
  yield { ...caller, after: 30, path: "/openalex/strikes?filter=caf%C3%A9&api_key=sample-token" };
  for (let page = 1; page <= 12; page++) {
    yield { ...caller, after: 4, path: `${FLIGHTS}?page=${page}`, authorization: basic };
  }
}
