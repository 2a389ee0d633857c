/**
 * Looks at the machine for `pipeline doctor`: room and rights of folders, and hosts if they are to be asked. It gets a
 * {@linkcode MachineRequest} and prints a {@linkcode MachineAnswer}.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { unwritable } from "../db/may_write.ts";
import { isOfSystem } from "../io/mod.ts";
import { answerWith } from "./ask_process.ts";

/** What is to be looked at. */
export interface MachineRequest {
  /** Folders that a run writes to; one that is missing is made in the nearest that is there. */
  readonly folders: readonly string[];
  /** `host:port` of each server to connect to, once. */
  readonly hosts: readonly string[];
  /** Where each receiver of telemetry should take an export; `null` if that is no URL. */
  readonly receivers: readonly (string | null)[];
  /** What it is sent with. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long a host may take. */
  readonly limitMs: number;
}

/** What was found. */
export interface MachineAnswer {
  /** Of each folder: free bytes, or why a run cannot write to it. */
  readonly folders: readonly { readonly free?: number; readonly fault?: string }[];
  /** Of each host: why it cannot be reached, or `null`. */
  readonly hosts: readonly (string | null)[];
  /** Of each receiver: why it takes nothing, or `null`. */
  readonly receivers: readonly (string | null)[];
}

function lookAtFolder(folder: string): MachineAnswer["folders"][number] {
  const fault = unwritable(folder);
  if (fault !== undefined) return { fault };
  for (let at = folder;; at = dirname(at)) {
    try {
      if (!Deno.statSync(at).isDirectory) return { fault: `"${at}" is no folder` };
      const { bavail, bsize } = statfsSync(at);
      return { free: bavail * bsize };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound && dirname(at) !== at) continue;
      return { fault: reasonOf(error) };
    }
  }
}

async function lookAtHost(host: string, limitMs: number): Promise<string | null> {
  const colon = host.lastIndexOf(":");
  const address = { hostname: host.slice(0, colon), port: Number(host.slice(colon + 1)) };
  try {
    const signal = AbortSignal.timeout(limitMs);
    using _connection = await Deno.connect({ ...address, signal });
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Exports nothing: an empty message is an export without spans in the form that is usual (OTLP, binary Protobuf). */
async function lookAtReceiver(
  address: string | null,
  { headers, limitMs }: MachineRequest,
): Promise<string | null> {
  if (address === null) return "it is no URL";
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-protobuf" },
      body: new Uint8Array(),
      redirect: "manual",
      signal: AbortSignal.timeout(limitMs),
    });
    const body = await response.text();
    if (!response.ok) return `it answers with status ${response.status}, expected 200`;
    // In JSON it says so to read; it would be of the export before, for in this one there is nothing to reject.
    return /"rejected\w+"\s*:\s*"?[1-9]/.test(body) ? "it rejects what it gets" : null;
  } catch (error) {
    return error instanceof DOMException ? `no answer within ${limitMs / 1000} s` : "no connection";
  }
}

function reasonOf(error: unknown): string {
  if (isOfSystem(error)) return "it is a place of the system's own";
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  await answerWith(async (request: MachineRequest): Promise<MachineAnswer> => {
    const { folders, hosts, receivers, limitMs } = request;
    return {
      folders: folders.map(lookAtFolder),
      hosts: await Promise.all(hosts.map((host) => lookAtHost(host, limitMs))),
      receivers: await Promise.all(receivers.map((address) => lookAtReceiver(address, request))),
    };
  });
}
