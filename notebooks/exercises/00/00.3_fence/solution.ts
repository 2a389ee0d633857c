/**
 * A permission flag has three forms that look alike and mean very different things: absent (nothing), with values (these), and
 * bare (everything). An empty list joined into a flag gives the third or an error, so a kind without values is left out.
 *
 * A URL is more than a host. Deno grants hosts, with a port or with all ports; the port that belongs to the scheme is the
 * narrower grant. `hostname` and `port` of the URL class are what is needed, and an empty port means the scheme's own.
 *
 * Values are data, and the flag has a syntax of its own: a comma separates, a star matches. A folder named "in,/etc" would open
 * /etc, and nobody who reads the configuration would see it. What cannot be written safely is refused, with its name.
 *
 * --no-prompt belongs to every job that runs at night. Without it, a program on a terminal that reaches the fence stops and asks,
 * and there is nobody to answer.
 *
 * What is missing on purpose: --allow-run. A job that may start a program may do anything that program may do, and deno itself is
 * one that takes -A. In lib/pipeline the same function also resolves links before it grants a path.
 *
 * @module
 */
/** Everything that a job touches. */
export interface Job {
  /** Files and folders that it reads. */
  readonly read: readonly string[];
  /** Files and folders that it writes. */
  readonly write: readonly string[];
  /** Addresses that it calls: `https://api.example.com/v1`. */
  readonly urls: readonly string[];
  /** Names of environment variables. */
  readonly env: readonly string[];
}

/** Returns the arguments for `deno run` that let a job do this and no more. */
export function fenceFor(job: Job): string[] {
  const grants = {
    read: job.read.map((path) => plain(path)),
    write: job.write.map((path) => plain(path)),
    net: job.urls.map((url) => plain(hostOf(url), "*")),
    env: job.env.map((name) => plain(name, "*")),
  };
  const needed = Object.entries(grants).filter(([, values]) => values.length > 0);
  return ["--no-prompt", ...needed.map(([kind, values]) => `--allow-${kind}=${values.join(",")}`)];
}

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/** Returns a value that means one thing in a flag: itself. */
function plain(value: string, wildcard?: string): string {
  if (value !== "" && !value.includes(",") && !(wildcard && value.includes(wildcard))) return value;
  throw new Error(`Cannot grant "${value}": it means more than itself in a flag`);
}
