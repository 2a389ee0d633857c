/**
 * Processes: the environment of a child, running one, and being asked to stop.
 *
 * @module
 */
export * from "./child_environment.ts";
export * from "./real_paths.ts";
export * from "./run_deno.ts";
export * from "./stop_requests.ts";
