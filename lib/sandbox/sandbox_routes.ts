/** The public APIs that a configuration may ask the sandbox for; each is mounted under its name. */
export const SANDBOX_APIS = ["usgs", "github", "openalex"] as const;

/** The sandbox's listings, and its token endpoint: what a fault or a request count is named after. */
export const SANDBOX_ROUTES = ["quakes", "flights", "strikes", "token"] as const;

/** One of {@linkcode SANDBOX_ROUTES}. */
export type SandboxRoute = (typeof SANDBOX_ROUTES)[number];
