import { StorageError } from "../errors/mod.ts";
import { writeAllSync } from "../io/mod.ts";
import { answer } from "./_answer.ts";
import {
  SandboxHandler,
  type SandboxHandlerOptions,
  type SandboxListing,
} from "./sandbox_handler.ts";
import type { SandboxRoute } from "./sandbox_routes.ts";

/** Options of {@linkcode startSandbox}. */
export interface SandboxOptions extends Omit<SandboxHandlerOptions, "log"> {
  /** Port to listen at; 0 takes any free one. @default {0} */
  readonly port?: number;
  /** File to which the access log is appended. @default {no log} */
  readonly accessLog?: string;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  /** Address of the server; the mounts are `/usgs`, `/github`, `/openalex` and `/next` under it. */
  readonly url: string;
  /** How many requests each route has had, refused ones and faults included. */
  readonly requests: Readonly<Record<SandboxRoute, number>>;
  /** Adds records to a listing; see {@linkcode SandboxHandler.add}. */
  add(listing: SandboxListing, records: readonly (object | string)[]): void;
  /** Drops every connection and ends; calling it again does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a local server that speaks the contracts of three public APIs, with faults on demand.
 *
 * Under `/usgs`, `/github` and `/openalex` the rest of the path is that of the real host, so that only the base
 * URL of a configuration changes. It listens on 127.0.0.1 only.
 *
 * @param options Port, samples, faults, clock.
 * @returns The running server.
 * @throws {UsageError} If a fault has a wrong form.
 * @throws {StorageError} If the access log cannot be opened.
 *
 * @example
 * ```ts ignore
 * await using sandbox = await startSandbox({ faults: ["quakes:429@page2"] });
 * const response = await fetch(`${sandbox.url}/usgs/fdsnws/event/1/count?starttime=2018-01-31`);
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const file = options.accessLog === undefined ? undefined : await openLog(options.accessLog);
  try {
    return serve(options, file);
  } catch (error) {
    file?.close();
    throw error;
  }
}

function serve(options: SandboxOptions, file: Deno.FsFile | undefined): Sandbox {
  const encoder = new TextEncoder();
  const handler = new SandboxHandler({
    ...options,
    ...(file === undefined ? {} : { log: (line) => writeAllSync(file, encoder.encode(line)) }),
  });
  const closing = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    signal: closing.signal,
    onListen: () => {},
    onError: failed,
  }, (request, info) => track(handler.handle(request, info.remoteAddr.hostname)));
  // The server ends without waiting for what still reads a sample or waits for its time.
  const underWay = new Set<Promise<Response>>();
  function track(answer: Promise<Response>): Promise<Response> {
    underWay.add(answer);
    const done = () => underWay.delete(answer);
    answer.then(done, done);
    return answer;
  }
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      handler.stop();
      closing.abort();
      await server.finished;
      await Promise.allSettled(underWay);
      file?.close();
    })();
    return stopped;
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get requests() {
      return handler.requests;
    },
    add: (listing, records) => handler.add(listing, records),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Says what is wrong with the sandbox itself, a sample that is missing above all. */
function failed(error: unknown): Response {
  const { status, headers, body } = answer(500, "text/plain", `${String(error)}\n`);
  return new Response(body, { status, headers: { ...headers, "X-Sandbox-Failure": "true" } });
}

async function openLog(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { append: true, create: true });
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    const denied = cause instanceof Deno.errors.NotCapable ||
      cause instanceof Deno.errors.PermissionDenied;
    throw new StorageError(
      missing ? "storage-missing" : denied ? "storage-denied" : "storage-io",
      `Cannot open access log "${path}": ${missing ? "its folder does not exist" : String(cause)}`,
      { cause, context: { path } },
    );
  }
}
