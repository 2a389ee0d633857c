// Lighter than the standard library's: this is loaded before a signal can be answered.
import { isAbsolute, join } from "node:path";

/** Variables that every child gets if they are set; none of them is a credential or sends the child elsewhere. */
const PASSED_ON = [
  // Where the `deno` that is started is found.
  "PATH",
  "TMPDIR",
  "TZ",
  "NO_COLOR",
  "TERM",
  "COLUMNS",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "DENO_V8_FLAGS",
  "DENO_COVERAGE_DIR",
] as const;

/**
 * Telemetry is our own spans, which are redacted. The runtime's would have the URLs of requests with their credentials,
 * and it would add a second `traceparent` to each.
 */
const OWN_TELEMETRY = {
  OTEL_TRACES_SAMPLER: "parentbased_always_off",
  OTEL_PROPAGATORS: "none",
  OTEL_DENO_CONSOLE: "ignore",
} as const;

/** Options of {@linkcode childEnvironment}. */
export interface ChildEnvironmentOptions {
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Names that the child may know as well. */
  readonly names: readonly string[];
  /** Folder at which a relative DENO_DIR starts. */
  readonly cwd: string;
  /** Whether it sends telemetry, if the user wants any. @default false */
  readonly telemetry?: boolean;
}

/**
 * Returns the environment of a child process: what it needs to start and look right, and the variables that are named
 * for it. Everything else is left out, so that no proxy and no foreign credential reaches it.
 */
export function childEnvironment(options: ChildEnvironmentOptions): Record<string, string> {
  const { env, names, cwd, telemetry = false } = options;
  const sends = telemetry && env["OTEL_DENO"] !== undefined;
  const otel = sends ? Object.keys(env).filter((name) => name.startsWith("OTEL_")) : [];
  const passed = [...PASSED_ON, ...otel, ...names].flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const folder = cacheFolder(env, cwd);
  return {
    // A receiver that never answers would keep a run that was told to stop for 40 seconds.
    ...(sends ? { OTEL_EXPORTER_OTLP_TIMEOUT: "1000" } : {}),
    ...Object.fromEntries(passed),
    ...(folder === undefined ? {} : { DENO_DIR: folder }),
    ...(sends ? OWN_TELEMETRY : {}),
    // Else the runtime calls a host that nobody has named, once a day, to ask for a newer version of itself.
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/** Where the runtime sends telemetry. */
export interface TelemetryReceiver {
  /** Its address, or the variable that should hold it, without what may be a password. */
  readonly name: string;
  /** `host:port` of the address; `undefined` if it is no URL, so that nothing is sent. */
  readonly host: string | undefined;
  /** Where it takes the first kind that it is for, which may hold a credential; `undefined` as above. */
  readonly url: string | undefined;
}

/** Returns where the runtime sends the spans and metrics of a run, if it does: it asks no permission for that. */
export function telemetryReceivers(env: Readonly<Record<string, string>>): TelemetryReceiver[] {
  if (env["OTEL_DENO"]?.toLowerCase() !== "true" || env["OTEL_SDK_DISABLED"] === "true") return [];
  const receivers = ["TRACES", "METRICS"].map((kind): TelemetryReceiver => {
    const own = `OTEL_EXPORTER_OTLP_${kind}_ENDPOINT`;
    const name = [own, "OTEL_EXPORTER_OTLP_ENDPOINT"]
      .find((name) => env[name] !== undefined) ?? "";
    const url = URL.parse(env[name] ?? "http://localhost:4318");
    if (url?.protocol !== "http:" && url?.protocol !== "https:") {
      return { name, host: undefined, url: undefined };
    }
    const port = url.port || (url.protocol === "https:" ? 443 : 80);
    const path = url.pathname.replace(/\/$/, "");
    const place = name === own ? url.pathname : `${path}/v1/${kind.toLowerCase()}`;
    return {
      name: url.origin,
      host: `${url.hostname}:${port}`,
      url: `${url.origin}${place}${url.search}`,
    };
  });
  return receivers.filter(({ name }, at) => receivers.findIndex((one) => one.name === name) === at);
}

/** Returns the headers with which the runtime sends telemetry, credentials among them. */
export function telemetryHeaders(env: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = (env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "").split(",");
  return Object.fromEntries(pairs.flatMap((pair) => {
    const [, name = "", value = ""] = /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name === "") return [];
    return [[name, decoded(value)]];
  }));
}

/** What is not percent encoding is taken as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Where the runtime keeps its cache; the child cannot work it out without the rest of the environment. */
function cacheFolder(env: Readonly<Record<string, string>>, cwd: string): string | undefined {
  const { DENO_DIR, XDG_CACHE_HOME, HOME, LOCALAPPDATA } = env;
  if (DENO_DIR) return isAbsolute(DENO_DIR) ? DENO_DIR : join(cwd, DENO_DIR);
  switch (Deno.build.os) {
    case "windows":
      return LOCALAPPDATA ? join(LOCALAPPDATA, "deno") : undefined;
    case "darwin":
      return HOME ? join(HOME, "Library/Caches/deno") : undefined;
    default:
      if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "deno");
      return HOME ? join(HOME, ".cache/deno") : undefined;
  }
}
