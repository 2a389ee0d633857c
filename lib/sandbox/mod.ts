/**
 * A local stand-in for three public APIs, with seeded and counted faults.
 *
 * {@linkcode startSandbox} serves the committed samples in the form of the real thing:
 *
 * - `/usgs/fdsnws/event/1/query`, `count`, `version`: the event service of the USGS (FDSN), with earthquakes.
 * - `/github/repos/bts/flights/records`: a listing of GitHub's REST API, with flights. The sample has no key: `id` is
 *   the place of the flight in it.
 * - `/openalex/strikes`: a listing of OpenAlex, with bird strikes. The sample has no key: `id` is made from the place
 *   of the strike in it. POST is the sandbox's own addition.
 * - `/next/flights`: the flights once more, in an envelope whose `next` is an address.
 * - `/oauth/token`: short-lived tokens for client credentials.
 *
 * {@linkcode FAULT_KINDS} lists what can go wrong on demand. `serve.ts` is the same as a command.
 *
 * @module
 */
export type { Fault, FaultArgument, FaultPlace, RetryHint } from "./fault.ts";
export { FAULT_KINDS, type FaultKind, type FaultKindInfo } from "./fault_kinds.ts";
export { parseFault } from "./parse_fault.ts";
export { RETRY_HINTS, type RetryHintForm } from "./retry_hints.ts";
export { REAL_CLOCK, type SandboxClock } from "./sandbox_clock.ts";
export {
  SandboxHandler,
  type SandboxHandlerOptions,
  type SandboxListing,
} from "./sandbox_handler.ts";
export { SANDBOX_APIS, SANDBOX_ROUTES, type SandboxRoute } from "./sandbox_routes.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./start_sandbox.ts";
