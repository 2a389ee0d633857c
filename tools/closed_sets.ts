/** Closed sets that any area may import from their own file: a configuration is checked against them. */
export const CLOSED_SETS: readonly string[] = [
  "lib/sandbox/parse_fault.ts",
  "lib/sandbox/sandbox_routes.ts",
];
