import { telemetryHeaders, telemetryReceivers } from "../process/mod.ts";
import { askProcess } from "./ask_process.ts";
import type { MachineAnswer, MachineRequest } from "./machine_process.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";

/** How long a receiver may take; a run is over by then. */
const LIMIT_MS = 1_000;

/**
 * Says in one sentence that the telemetry of a run that has ended may be lost: the runtime drops what it cannot send, and
 * says nothing. What is known is how the receivers take an empty export now.
 *
 * @returns `undefined` if it is off, if the receivers take it, or if there is no time to ask.
 */
export async function telemetryFault(caller: PipelineCaller): Promise<string | undefined> {
  const receivers = telemetryReceivers(caller.env);
  if (receivers.length === 0 || caller.signal.aborted) return undefined;
  const net = receivers.flatMap(({ host = [] }) => host);
  const allow = net.length === 0 ? [] : [`--allow-net=${net}`];
  const names = receivers.map(({ name }) => name);
  const request: MachineRequest = {
    folders: [],
    hosts: [],
    receivers: receivers.map(({ url = null }) => url),
    headers: telemetryHeaders(caller.env),
    limitMs: LIMIT_MS,
  };
  try {
    const answer = await askProcess<MachineAnswer>(
      { file: "machine_process.ts", allow, request },
      caller,
    );
    const faults = names.flatMap((name, i) => {
      const fault = answer.receivers[i] ?? null;
      return fault === null ? [] : [`${name}: ${fault}`];
    });
    if (faults.length === 0) return undefined;
    return `Cannot say that telemetry is received at ${
      faults.join(", ")
    }; spans and metrics of this run may be lost, its log has all of them`;
  } catch {
    return undefined; // A stop came meanwhile, or the question failed: the run's own outcome stands.
  }
}
