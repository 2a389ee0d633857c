import { type LogRecord, setAttribute } from "./_log_record.ts";

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i;

/** Reads `[vhost] host ident user`, the part before the time; user names may hold spaces. */
export function setAccessHead(record: LogRecord, line: string, end: number): void {
  const first = line.indexOf(" ");
  const second = first < end ? line.indexOf(" ", first + 1) : -1;
  if (second > 0 && second < end && line.indexOf(" ", second + 1) === end) {
    record.client_address = line.slice(0, first);
    setIdentity(record, line.slice(first + 1, second), line.slice(second + 1, end));
    return;
  }
  setUnusualHead(record, line.slice(0, end).split(" ").filter((word) => word !== ""));
}

function setIdentity(record: LogRecord, ident: string, user: string): void {
  if (ident !== "-") setAttribute(record, "ident", ident);
  if (user !== "-" && user !== '""') record.user_name = user;
}

function setUnusualHead(record: LogRecord, words: string[]): void {
  const [first = "", second = ""] = words;
  if (words.length > 3 && !first.endsWith(",") && !ADDRESS.test(first) && ADDRESS.test(second)) {
    record.service_name = first;
    words = words.slice(1);
  }
  let client = 1;
  while (client < words.length && (words[client - 1] ?? "").endsWith(",")) client++;
  const addresses = words.slice(0, client);
  if (client > 1) setAttribute(record, "x_forwarded_for", addresses.join(" "));
  const address = addresses[0]?.replace(/,$/, "");
  if (address !== undefined) record.client_address = address;
  const rest = words.slice(client);
  if (rest.length >= 2) setIdentity(record, rest[0] ?? "-", rest.slice(1).join(" "));
  else if (rest.length === 1) setIdentity(record, "-", rest[0] ?? "-");
}
