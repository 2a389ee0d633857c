const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const GREETING_BYTES = 64;

/** What a socket is, as the kernel's end must know it. */
export type ZmtpSocketType = "DEALER" | "SUB";

/** One end of a ZeroMQ connection over TCP (ZMTP 3.0, mechanism NULL), as much of it as a Jupyter client needs. */
export class ZmtpSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  #buffer = new Uint8Array(1 << 16);
  #start = 0;
  #end = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects to a port of this machine and shakes hands.
   *
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there.
   */
  static async connect(port: number, type: ZmtpSocketType): Promise<ZmtpSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new ZmtpSocket(connection);
    try {
      await socket.#shakeHands(type);
    } catch (error) {
      connection.close();
      throw error;
    }
    return socket;
  }

  async send(parts: readonly Uint8Array[]): Promise<void> {
    const flags = parts.map((_, i) => i < parts.length - 1 ? MORE : 0);
    await this.#write(concat(parts.map((part, i) => frame(part, flags[i] ?? 0))));
  }

  /**
   * Receives one message.
   *
   * @returns Its parts; `undefined` once the connection has ended.
   */
  async receive(): Promise<Uint8Array[] | undefined> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const head = await this.#take(1);
      if (head === undefined) return undefined;
      const flags = head[0] ?? 0;
      const body = await this.#take(await this.#bodyLength(flags));
      if (body === undefined) return undefined;
      // Commands (heartbeats, errors) come between messages and are not for us.
      if ((flags & COMMAND) !== 0) continue;
      parts.push(body);
      if ((flags & MORE) === 0) return parts;
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #shakeHands(type: ZmtpSocketType): Promise<void> {
    const greeting = new Uint8Array(GREETING_BYTES);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
    greeting.set(ascii("NULL"), 12);
    await this.#write(greeting);
    if (await this.#take(GREETING_BYTES) === undefined) throw closed();
    const value = ascii(type);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, value.length);
    await this.#write(
      frame(concat([shortText("READY"), shortText("Socket-Type"), length, value]), COMMAND),
    );
    const head = await this.#take(1);
    const ready = head && await this.#take(await this.#bodyLength(head[0] ?? 0));
    if (ready === undefined) throw closed();
    // The empty prefix subscribes to everything.
    if (type === "SUB") await this.send([new Uint8Array([1])]);
  }

  async #bodyLength(flags: number): Promise<number> {
    const size = await this.#take((flags & LONG) === 0 ? 1 : 8);
    if (size === undefined) return 0;
    if (size.length === 1) return size[0] ?? 0;
    return Number(new DataView(size.buffer, size.byteOffset).getBigUint64(0));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  /** Returns a copy of the next bytes, or `undefined` if the connection ends before them. */
  async #take(length: number): Promise<Uint8Array | undefined> {
    while (this.#end - this.#start < length) {
      this.#makeRoom(length);
      const read = await this.#connection.read(this.#buffer.subarray(this.#end)).catch(() => null);
      if (read === null) return undefined;
      this.#end += read;
    }
    const bytes = this.#buffer.slice(this.#start, this.#start + length);
    this.#start += length;
    return bytes;
  }

  #makeRoom(length: number): void {
    const held = this.#buffer.subarray(this.#start, this.#end);
    if (this.#start + length < this.#buffer.length) return;
    const roomy = new Uint8Array(Math.max(this.#buffer.length, length * 2));
    roomy.set(held);
    this.#buffer = roomy;
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function frame(body: Uint8Array, flags: number): Uint8Array {
  if (body.length < 256) return concat([new Uint8Array([flags, body.length]), body]);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  return concat([head, body]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function shortText(text: string): Uint8Array {
  return concat([new Uint8Array([text.length]), ascii(text)]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function closed(): Error {
  return new Error("Cannot connect to the kernel: it closed the connection");
}
