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
    if (ADDRESS.test(ident) && !ADDRESS.test(client)) {
      return unusualHead(line.slice(0, end).split(" "));
    }
    if (!isHost(client) || !IDENT.test(ident) && !ADDRESS.test(ident)) return undefined;
    return { vhost: undefined, clients: [client], ident, user: line.slice(second + 1, end) };
  }
  return unusualHead(line.slice(0, end).split(" ").filter((word) => word !== ""));
}

/** `vhost client user`, of which two addresses alone do not show the order. */
const VHOST_FIRST = /^(\S*[A-Za-z]\S*\.\S+) (\S+) \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}:/;

/** Whether lines of a file begin with the virtual host, and have no identity. */
export function areVhostsFirst(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const [, vhost = "", client = ""] = VHOST_FIRST.exec(line) ?? [];
    return !ADDRESS.test(vhost) && ADDRESS.test(client);
  });
}

/** Whether a line begins with three words of which the first two are addresses. */
export function beginsWithTwoAddresses(line: string): boolean {
  const [first = "", second = "", , fourth = ""] = line.split(" ", 4);
  return fourth.startsWith("[") && ADDRESS.test(first) && ADDRESS.test(second);
}

/** Whether a virtual host is before the second word: the client, `unix:`, or the first of a list. */
function isBehindVhost(first: string, second: string): boolean {
  if (/^"|,$/.test(first)) return false;
  return /^"|,$/.test(second) ||
    !ADDRESS.test(first) && (ADDRESS.test(second) || second === "unix:");
}

function unusualHead(words: readonly string[]): AccessHead | undefined {
  const [first = "", second = ""] = words;
  const hasVhost = words.length > 2 && isBehindVhost(first, second);
  if (hasVhost && !(isHost(first) && /[.:]|^-$|^localhost$/.test(first))) return undefined;
  const clients = clientsAt(words, hasVhost ? 1 : 0);
  if (clients === undefined) return undefined;
  // `a b, c - -`: the list says that a proxy is near; without its own address the first may be that.
  const hasProxy = words[clients.length - 1]?.endsWith(",") === false;
  if (hasVhost && ADDRESS.test(first) && !hasProxy) return undefined;
  const rest = words.slice((hasVhost ? 1 : 0) + clients.length);
  if (rest.length === 0) return undefined;
  const [ident = "-", ...user] = rest.length === 1 ? ["-", ...rest] : rest;
  const name = user.join(" ").replace(/^"(.*)"$/, "$1");
  const isUser = IDENT.test(ident) && !ADDRESS.test(ident) && !/["[\]|]/.test(name) &&
    !user.some((word) => ADDRESS.test(word));
  if (!isUser) return undefined;
  return { vhost: hasVhost ? first : undefined, clients, ident, user: name };
}

/** One host, or a list as a proxy writes it, and its own address behind it: `a, b`, `a, b c`, `"a, b" c`. */
function clientsAt(words: readonly string[], from: number): string[] | undefined {
  const clients: string[] = [];
  const isQuoted = words[from]?.startsWith('"') === true;
  let at = from;
  for (let isOpen = true; isOpen; at++) {
    const word = words[at];
    if (word === undefined) return undefined;
    isOpen = isQuoted ? !word.endsWith('"') : word.endsWith(",");
    clients.push(word);
  }
  const proxy = words[at] ?? "";
  if (isQuoted || clients.length > 1 && ADDRESS.test(proxy)) clients.push(proxy);
  const isList = clients.length > 1 || words.length - from > 3;
  const hosts = clients.map((word) => word.replace(/^"|"?,?$/g, ""));
  const isRight = (host: string) =>
    isList ? ADDRESS.test(host) || /^(?:-|unknown|localhost)$/.test(host) : isHost(host);
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
