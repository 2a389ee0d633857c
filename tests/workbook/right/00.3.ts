import type { Job } from "../../../notebooks/exercises/00/00.3_fence/stub.ts";
import type { Subject } from "../../../notebooks/exercises/00/00.3_fence/check.ts";

class FenceError extends TypeError {
  override readonly name = "FenceError";
}

/** Every kind with its values, or an error. */
function grantsOf({ read, write, urls, env }: Job): [string, string[]][] {
  for (const value of [...read, ...write, ...env]) {
    if (value.trim() === "" || /,/.test(value)) throw new FenceError(`not "${value}"`);
  }
  for (const value of [...urls, ...env]) {
    if (/[*]/.test(value)) throw new FenceError(`"${value}" is a pattern`);
  }
  const hosts = urls.map((text) => {
    const url = new URL(text);
    if (url.hostname.includes(",")) throw new FenceError(`not "${url.hostname}"`);
    if (url.port !== "") return url.host;
    return url.host + (url.protocol === "http:" ? ":80" : ":443");
  });
  return [["read", [...read]], ["write", [...write]], ["net", hosts], ["env", [...env]]];
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "one flag for each value": {
    fenceFor: (job) => [
      "--no-prompt",
      ...grantsOf(job).flatMap(([kind, values]) => values.map((v) => `--allow-${kind}=${v}`)),
    ],
  },
  "flags of one letter": {
    fenceFor(job) {
      const args = grantsOf(job).filter(([, values]) => values.length).map(([kind, values]) =>
        `-${kind[0]?.toUpperCase()}=${values.join()}`
      );
      return [...args, "--no-prompt"];
    },
  },
  "no prompt last, kinds from the end": {
    fenceFor(job) {
      const args: string[] = [];
      for (const [kind, values] of grantsOf(job).reverse()) {
        if (values.length > 0) args.push(`--allow-${kind}=${values}`);
      }
      args.push("--no-prompt");
      return args;
    },
  },
  "an async function": {
    fenceFor: (async (job: Job) => {
      const grants = await Promise.resolve(grantsOf(job));
      return ["--no-prompt"].concat(
        grants.filter(([, v]) => v[0] !== undefined).map(([k, v]) => `--allow-${k}=${v.join(",")}`),
      );
    }) as unknown as Subject["fenceFor"],
  },
  "values without duplicates, sorted": {
    fenceFor: (job) =>
      grantsOf(job).reduce(
        (args, [kind, values]) =>
          values.length === 0
            ? args
            : [...args, `--allow-${kind}=${[...new Set(values)].sort().join(",")}`],
        ["--no-prompt"],
      ),
  },
  "a class that collects": {
    fenceFor({ ...job }) {
      class Args {
        readonly list = ["--no-prompt"];
        add(kind: string, values: readonly string[]) {
          if (values.length !== 0) this.list.push(`--allow-${kind}=${values.join(",")}`);
          return this;
        }
      }
      return grantsOf(job).reduce((args, [kind, values]) => args.add(kind, values), new Args())
        .list;
    },
  },
  "an object of flags": {
    fenceFor(job) {
      const byKind = Object.fromEntries(grantsOf(job));
      return Object.keys(byKind).flatMap((kind) =>
        byKind[kind]?.length ? [`--allow-${kind}=${byKind[kind]}`] : []
      ).concat("--no-prompt");
    },
  },
  "a generator": {
    fenceFor: (job) => {
      function* args() {
        yield "--no-prompt";
        for (const [kind, values] of grantsOf(job)) {
          if (values.length) yield `--allow-${kind}=${values.join(",")}`;
        }
      }
      return [...args()];
    },
  },
};
