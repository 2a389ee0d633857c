const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message of the Jupyter protocol, as much of it as the runner reads. */
export interface JupyterMessage {
  /** Its type, such as `execute_reply`. */
  readonly type: string;
  /** The id of the request that it answers. */
  readonly parentId: string | undefined;
  /** What it says. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** A request before it is signed. */
export interface JupyterRequest {
  readonly id: string;
  /** Its type, such as `execute_request`. */
  readonly type: string;
  /** What it asks. */
  readonly content: object;
}

/** Builds the parts of a signed message (Jupyter messaging protocol 5.3, "The wire protocol"). */
export async function encodeMessage(
  request: JupyterRequest,
  { session, key }: { readonly session: string; readonly key: CryptoKey },
): Promise<Uint8Array[]> {
  const header = {
    msg_id: request.id,
    session,
    date: new Date().toISOString(),
    username: "headwaters",
    msg_type: request.type,
    version: "5.3",
  };
  const parts = [header, {}, {}, request.content].map((part) =>
    encoder.encode(JSON.stringify(part))
  );
  const signed = encoder.encode(parts.map((part) => decoder.decode(part)).join(""));
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed));
  return [encoder.encode(DELIMITER), encoder.encode(signature.toHex()), ...parts];
}

/** Reads a message; its signature is not checked, because only our own child can have sent it. */
export function decodeMessage(parts: readonly Uint8Array[]): JupyterMessage {
  const start = parts.findIndex((part) => decoder.decode(part) === DELIMITER);
  const [header, parent, , content] = parts.slice(start + 2).map((part) =>
    JSON.parse(decoder.decode(part))
  );
  return { type: header.msg_type, parentId: parent.msg_id, content };
}

/** Imports the key with which messages are signed. */
export function signingKey(key: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
}
