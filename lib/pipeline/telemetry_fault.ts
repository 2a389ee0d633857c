import { telemetryEndpoint } from "../process/mod.ts";
import { askProcess } from "./ask_process.ts";
import type { MachineAnswer, MachineRequest } from "./machine_process.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";

/** How long the receiver may take; a run is over by then. */
const LIMIT_MS = 1_000;

/**
 * Says in one sentence that nobody takes the telemetry of a run that has ended: the runtime drops what it cannot send, and
 * says nothing.
 *
 * @returns `undefined` if it is off, if the receiver answers, or if there is no time to ask.
 */
export async function telemetryFault(caller: PipelineCaller): Promise<string | undefined> {
  const receiver = telemetryEndpoint(caller.env);
  if (receiver === undefined || caller.signal.aborted) return undefined;
  const { host, port, protocol, hostname } = new URL(receiver);
  const address = port === "" ? `${hostname}:${protocol === "https:" ? 443 : 80}` : host;
  const request: MachineRequest = { folders: [], hosts: [], receiver, limitMs: LIMIT_MS };
  // Who asks sends no telemetry of its own.
  const { OTEL_DENO: _off, ...env } = caller.env;
  try {
    const { receiver: fault } = await askProcess<MachineAnswer>(
      { file: "machine_process.ts", allow: [`--allow-net=${address}`], request },
      { ...caller, env },
    );
    if (fault === null) return undefined;
    return `Cannot reach the receiver of telemetry at ${receiver}: ${fault}; the spans and metrics of this run are lost, ` +
      "its log has all of them";
  } catch {
    return undefined; // A stop came meanwhile, or the question failed: the run's own outcome stands.
  }
}
