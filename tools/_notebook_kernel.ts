import { CellOutputs } from "./_cell_outputs.ts";
import {
  decodeMessage,
  encodeMessage,
  type JupyterMessage,
  signingKey,
} from "./_jupyter_message.ts";
import type { NotebookOutput } from "./_notebook_file.ts";
import { ZmtpSocket, type ZmtpSocketType } from "./_zmtp_socket.ts";

/** Where and how a kernel runs. */
export interface KernelOptions {
  /** Folder in which it runs: imports of the cells start there. */
  readonly cwd: string;
  /** Variables in addition to those of this process. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
}

/** What one cell did. */
export interface CellRun {
  readonly outputs: readonly NotebookOutput[];
  readonly executionCount: number;
  readonly error: { readonly name: string; readonly message: string } | undefined;
}

type Channel = "shell" | "control" | "iopub";
const SOCKETS = { shell: "DEALER", control: "DEALER", iopub: "SUB" } as const satisfies Record<
  Channel,
  ZmtpSocketType
>;
const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
const START_ATTEMPTS = 3;
const START_TIMEOUT = 20_000;
const STOP_TIMEOUT = 3_000;
const BARRIER = "headwaters_barrier";

/** A Deno kernel in a child process. It runs with all permissions, as every notebook does. */
export class NotebookKernel implements AsyncDisposable {
  readonly #session = crypto.randomUUID();
  readonly #child: Deno.ChildProcess;
  readonly #key: CryptoKey;
  readonly #sockets: Readonly<Record<Channel, ZmtpSocket>>;
  readonly #pending = new Map<string, (message: JupyterMessage) => void>();
  readonly #listeners = new Set<(message: JupyterMessage) => void>();
  readonly #readers: Promise<void>[];
  readonly #died: Promise<never>;

  private constructor(parts: {
    readonly child: Deno.ChildProcess;
    readonly key: CryptoKey;
    readonly sockets: Readonly<Record<Channel, ZmtpSocket>>;
  }) {
    this.#child = parts.child;
    this.#key = parts.key;
    this.#sockets = parts.sockets;
    this.#died = this.#child.status.then(({ code }) => {
      throw new Error(`Cannot go on: the kernel ended with exit code ${code}`);
    });
    // A caller that waits for the kernel sees it; without one it must not end this process.
    this.#died.catch(() => {});
    this.#readers = [
      this.#read("shell", (message) => this.#pending.get(message.parentId ?? "")?.(message)),
      this.#read("control", (message) => this.#pending.get(message.parentId ?? "")?.(message)),
      this.#read("iopub", (message) => {
        for (const listener of this.#listeners) listener(message);
      }),
    ];
  }

  /**
   * Starts a kernel and waits until it answers.
   *
   * @throws {Error} If it does not start.
   */
  static async start(options: KernelOptions): Promise<NotebookKernel> {
    for (let attempt = 1;; attempt++) {
      try {
        return await NotebookKernel.#startOnce(options);
      } catch (error) {
        // Between choosing a port and the kernel's taking it somebody else may have done so.
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  static async #startOnce(options: KernelOptions): Promise<NotebookKernel> {
    const ports = freePorts();
    const secret = crypto.randomUUID();
    const file = await Deno.makeTempFile({ prefix: "headwaters-kernel-", suffix: ".json" });
    try {
      await Deno.writeTextFile(file, connectionFile(ports, secret));
      const child = new Deno.Command("deno", {
        args: ["jupyter", "--quiet", "--kernel", "--conn", file],
        cwd: options.cwd,
        env: { NO_COLOR: "1", ...options.env },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const sockets = await connectAll(child, ports);
      const kernel = new NotebookKernel({ child, key: await signingKey(secret), sockets });
      await kernel.#waitForBroadcasts();
      return kernel;
    } finally {
      await Deno.remove(file);
    }
  }

  /**
   * Runs one cell; its outputs are complete.
   *
   * The kernel says that it is idle before it has sent everything. A broadcast of our own, asked for after the
   * cell, comes after all of the cell's outputs in the same queue.
   *
   * @param timeout Ms until the cell is interrupted.
   * @throws {Error} If it takes longer, or the kernel dies.
   */
  async run(code: string, timeout: number): Promise<CellRun> {
    const outputs = new CellOutputs();
    const barrier = Promise.withResolvers<void>();
    const listener = (message: JupyterMessage) => {
      if (message.type === BARRIER) barrier.resolve();
      else outputs.add(message);
    };
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Cannot finish the cell: it took longer than ${timeout} ms`)),
      timeout,
    );
    this.#listeners.add(listener);
    try {
      const reply = await Promise.race([this.#execute(code), late.promise]);
      const call = `Deno.jupyter.broadcast("${BARRIER}", {});`;
      await Promise.race([this.#execute(call, { silent: true }), late.promise]);
      await Promise.race([barrier.promise, late.promise, this.#died]);
      return asCellRun(reply.content, outputs.list);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  /** Asks the kernel to end, and ends it if it does not. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT);
    // A kernel that is busy or dead does not answer; the timer is for that.
    this.#request("control", { type: "shutdown_request", content: { restart: false } })
      .catch(() => {});
    await this.#child.status;
    clearTimeout(timer);
    for (const socket of Object.values(this.#sockets)) socket[Symbol.dispose]();
    await Promise.all(this.#readers);
  }

  async #read(channel: Channel, take: (message: JupyterMessage) => void): Promise<void> {
    for (;;) {
      const parts = await this.#sockets[channel].receive();
      if (parts === undefined) return;
      take(decodeMessage(parts));
    }
  }

  #execute(code: string, { silent = false } = {}): Promise<JupyterMessage> {
    const content = {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    return this.#request("shell", { type: "execute_request", content });
  }

  async #request(
    channel: "shell" | "control",
    request: { readonly type: string; readonly content: object },
  ): Promise<JupyterMessage> {
    const id = crypto.randomUUID();
    const answer = Promise.withResolvers<JupyterMessage>();
    this.#pending.set(id, answer.resolve);
    try {
      const session = { session: this.#session, key: this.#key };
      await this.#sockets[channel].send(await encodeMessage({ id, ...request }, session));
      return await Promise.race([answer.promise, this.#died]);
    } finally {
      this.#pending.delete(id);
    }
  }

  /** A subscription takes effect some time after the connection; until then broadcasts are lost. */
  async #waitForBroadcasts(): Promise<void> {
    let seen = false;
    const listener = () => {
      seen = true;
    };
    this.#listeners.add(listener);
    while (!seen) await this.#request("shell", { type: "kernel_info_request", content: {} });
    this.#listeners.delete(listener);
  }
}

function freePorts(): readonly number[] {
  const listeners = PORTS.map(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

function connectionFile(ports: readonly number[], key: string): string {
  return JSON.stringify({
    ...Object.fromEntries(PORTS.map((name, i) => [name, ports[i]])),
    ip: "127.0.0.1",
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    key,
    kernel_name: "deno",
  });
}

async function connectAll(
  child: Deno.ChildProcess,
  ports: readonly number[],
): Promise<Record<Channel, ZmtpSocket>> {
  const port = (name: typeof PORTS[number]) => ports[PORTS.indexOf(name)] ?? 0;
  const ended = new AbortController();
  child.status.then(() => ended.abort());
  try {
    const [shell, control, iopub] = await Promise.all([
      connect(port("shell_port"), SOCKETS.shell, ended.signal),
      connect(port("control_port"), SOCKETS.control, ended.signal),
      connect(port("iopub_port"), SOCKETS.iopub, ended.signal),
    ]);
    return { shell, control, iopub };
  } catch (error) {
    if (!ended.signal.aborted) child.kill("SIGKILL");
    await child.status;
    throw error;
  }
}

async function connect(
  port: number,
  type: ZmtpSocketType,
  ended: AbortSignal,
): Promise<ZmtpSocket> {
  for (const end = performance.now() + START_TIMEOUT; performance.now() < end;) {
    if (ended.aborted) break;
    try {
      return await ZmtpSocket.connect(port, type);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error("Cannot start the kernel: it does not listen (does `deno jupyter` work here?)");
}

function asCellRun(
  reply: Readonly<Record<string, unknown>>,
  outputs: readonly NotebookOutput[],
): CellRun {
  const error = reply.status === "ok"
    ? undefined
    : { name: String(reply.ename), message: String(reply.evalue) };
  return { outputs, executionCount: Number(reply.execution_count), error };
}
