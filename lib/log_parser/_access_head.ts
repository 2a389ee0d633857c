import { type LogRecord, setAttribute } from "./_log_record.ts";

/** What stands before the time of an access line. */
export interface AccessHead {
  readonly vhost: string | undefined;
  /** Several, if a proxy's list comes first. */
  readonly clients: readonly string[];
  readonly ident: string;
  readonly user: string;
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i;
/** A name, an address with a port, or what stands for none. */
const HOST =
  /^(?:-|[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?|unix:)$/i;
/** Dates and times are no hosts, though they look like some. */
const NO_HOST =
  /^\d{4}-\d\d-\d\d|^\d\d:\d\d$|^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;
/** Proxies' lists of addresses are long, but not so long. */
const MOST_HEAD = 8192;
const IDENT = /^[\w.@\\-]+$/;

/**
 * Reads `[vhost] client ident user`; `undefined`: something else stands there too, so that this is a part of another line.
 *
 * A user name may hold spaces, but only after an address: other words would pass for one.
 */
export function readAccessHead(line: string, end: number): AccessHead | undefined {
  if (end > MOST_HEAD) return undefined;
  const first = line.indexOf(" ");
  const second = first < end ? line.indexOf(" ", first + 1) : -1;
  if (second > 0 && second < end && line.indexOf(" ", second + 1) === end) {
    const client = line.slice(0, first);
    const ident = line.slice(first + 1, second);
    // `vhost client user`: what looks like the identity is the client's address.
    if (ADDRESS.test(ident)) return unusualHead(line.slice(0, end).split(" "));
    if (!isHost(client) || !IDENT.test(ident)) return undefined;
    return { vhost: undefined, clients: [client], ident, user: line.slice(second + 1, end) };
  }
  return unusualHead(line.slice(0, end).split(" ").filter((word) => word !== ""));
}

function unusualHead(words: readonly string[]): AccessHead | undefined {
  const [first = "", second = ""] = words;
  const hasVhost = words.length > 2 && !first.endsWith(",") && !ADDRESS.test(first) &&
    ADDRESS.test(second);
  if (hasVhost && !(isHost(first) && /[.:]|^-$|^localhost$/.test(first))) return undefined;
  const clients = clientsAt(words, hasVhost ? 1 : 0);
  if (clients === undefined) return undefined;
  const rest = words.slice((hasVhost ? 1 : 0) + clients.length);
  if (rest.length === 0) return undefined;
  const [ident = "-", ...user] = rest.length === 1 ? ["-", ...rest] : rest;
  const name = user.join(" ").replace(/^"(.*)"$/, "$1");
  const isUser = IDENT.test(ident) && !ADDRESS.test(ident) && !/["[\]|]/.test(name) &&
    !user.some((word) => ADDRESS.test(word));
  if (!isUser) return undefined;
  return { vhost: hasVhost ? first : undefined, clients, ident, user: name };
}

/** One host, or a list as a proxy writes it: `a, b, c`, or `"a, b" c`. */
function clientsAt(words: readonly string[], from: number): string[] | undefined {
  const clients: string[] = [];
  const isQuoted = words[from]?.startsWith('"') === true;
  let isOpen = true;
  for (let at = from; isOpen; at++) {
    const word = words[at];
    if (word === undefined) return undefined;
    // Behind a quoted list stands the address of the proxy itself.
    isOpen = word.endsWith(",") ||
      isQuoted && (at === from || !clients.some((one) => one.endsWith('"')));
    if (isQuoted && word.endsWith('"')) isOpen = true;
    clients.push(word);
  }
  const isList = clients.length > 1 || words.length - from > 3;
  const hosts = clients.map((word) => word.replace(/^"|"?,?$/g, ""));
  const isRight = (host: string) =>
    isList ? ADDRESS.test(host) || host === "-" || host === "unknown" : isHost(host);
  return hosts.every(isRight) ? hosts : undefined;
}

function isHost(word: string): boolean {
  return ADDRESS.test(word) || HOST.test(word) && !NO_HOST.test(word);
}

/** Sets the columns of the client and the user. */
export function setAccessHead(
  record: LogRecord,
  { vhost, clients, ident, user }: AccessHead,
): void {
  if (vhost !== undefined) record.service_name = vhost;
  if (clients.length > 1) setAttribute(record, "x_forwarded_for", clients.join(", "));
  if (clients[0] !== undefined && clients[0] !== "-") record.client_address = clients[0];
  if (ident !== "-") setAttribute(record, "ident", ident);
  if (user !== "-" && user !== '""') record.user_name = user;
}
