import { telemetryReceivers } from "../process/mod.ts";
import { askProcess } from "./ask_process.ts";
import type { MachineAnswer, MachineRequest } from "./machine_process.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";

/** How long a receiver may take; a run is over by then. */
const LIMIT_MS = 1_000;

/**
 * Says in one sentence that nobody takes the telemetry of a run that has ended: the runtime drops what it cannot send, and
 * says nothing.
 *
 * @returns `undefined` if it is off, if the receivers answer, or if there is no time to ask.
 */
export async function telemetryFault(caller: PipelineCaller): Promise<string | undefined> {
  const receivers = telemetryReceivers(caller.env);
  if (receivers.length === 0 || caller.signal.aborted) return undefined;
  const net = receivers.flatMap(({ host = [] }) => host);
  const allow = net.length === 0 ? [] : [`--allow-net=${net}`];
  const names = receivers.map(({ name }) => name);
  const request: MachineRequest = { folders: [], hosts: [], receivers: names, limitMs: LIMIT_MS };
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
    return `Cannot reach the receiver of telemetry at ${
      faults.join(", ")
    }; the spans and metrics of this run are lost, ` +
      "its log has all of them";
  } catch {
    return undefined; // A stop came meanwhile, or the question failed: the run's own outcome stands.
  }
}
