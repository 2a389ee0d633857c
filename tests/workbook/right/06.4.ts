import type { Config, Source } from "../../../notebooks/exercises/06/06.4_least_privilege/stub.ts";

type Permissions = (config: Config) => string[];

function host(text: string): string {
  const url = new URL(text);
  const usual = { "https:": "443", "http:": "80" }[url.protocol] ?? "";
  return `${url.hostname}:${url.port === "" ? usual : url.port}`;
}

function names(token = ""): string[] {
  return token.split("${").slice(1).map((rest) => rest.slice(0, rest.indexOf("}")));
}

function granted(paths: readonly string[]): readonly string[] {
  if (paths.some((path) => path.includes(","))) throw new Error("a comma");
  return paths;
}

/** Flags out of sets. */
function flags(sets: Readonly<Record<string, Iterable<string>>>): string[] {
  return Object.entries(sets).map(([name, values]) => [name, [...new Set(values)].join(",")])
    .filter(([, values]) => values !== "").map(([name, values]) => `--allow-${name}=${values}`);
}

function sets({ lake, audit, sources }: Config): string[] {
  const [net, read, env] = [new Set<string>(), new Set([lake, audit]), new Set<string>()];
  for (const source of sources) {
    if (source.type === "files") read.add(source.path);
    else {
      net.add(host(source.url));
      for (const name of names(source.token)) env.add(name);
    }
  }
  granted([...read]);
  return [...flags({ env, write: [audit, lake], read, net }), "--no-prompt"];
}

/** What one source needs. */
function needsOf(source: Source): { net: string[]; read: string[]; env: string[] } {
  return source.type === "files"
    ? { net: [], read: [source.path], env: [] }
    : { net: [host(source.url)], read: [], env: names(source.token) };
}

function needs({ lake, audit, sources }: Config): string[] {
  const all = sources.map(needsOf);
  const read = granted([lake, audit, ...all.flatMap((one) => one.read)]);
  return [
    "--no-prompt",
    ...flags({
      net: all.flatMap(({ net }) => net),
      read,
      write: [lake, audit],
      env: all.flatMap(({ env }) => env),
    }),
  ];
}

function* generated({ lake, audit, sources }: Config): Generator<string> {
  yield "--no-prompt";
  const apis = sources.flatMap((one) => one.type === "api" ? [one] : []);
  const files = sources.flatMap((one) => one.type === "files" ? [one.path] : []);
  yield `--allow-read=${[...new Set(granted([...files, lake, audit]))]}`;
  yield `--allow-write=${lake},${audit}`;
  if (apis.length > 0) yield `--allow-net=${[...new Set(apis.map(({ url }) => host(url)))]}`;
  const env = apis.flatMap(({ token }) => names(token));
  if (env.length > 0) yield `--allow-env=${[...new Set(env)]}`;
}

class Fence {
  readonly #lists = new Map<string, Set<string>>();

  allow(name: string, value: string): this {
    if (value.includes(",")) throw new TypeError(`"${value}" has a comma`);
    const list = this.#lists.get(name) ?? new Set();
    this.#lists.set(name, list.add(value));
    return this;
  }

  get flags(): string[] {
    return [
      "--no-prompt",
      ...Array.from(this.#lists, ([name, all]) => `--allow-${name}=${[...all]}`),
    ];
  }
}

function fence({ lake, audit, sources }: Config): string[] {
  const own = new Fence();
  for (const path of [lake, audit]) own.allow("read", path).allow("write", path);
  for (const source of sources) {
    if (source.type === "files") own.allow("read", source.path);
    else {
      own.allow("net", host(source.url));
      names(source.token).forEach((name) => own.allow("env", name));
    }
  }
  return own.flags;
}

/** Unusual, and right. */
export const right: Record<string, { readonly permissions: Permissions }> = {
  "sets": { permissions: sets },
  "what each source needs": { permissions: needs },
  "a generator": { permissions: (config) => [...generated(config)] },
  "a class": { permissions: fence },
  "in the other order": { permissions: (config) => needs(config).reverse() },
  "sorted": { permissions: (config) => fence(config).sort() },
  "source by source": {
    permissions({ sources, ...rest }) {
      const each = [[], ...sources.map((one) => [one])].flatMap((some) =>
        sets({ ...rest, sources: some })
      );
      const lists = Map.groupBy(each, (flag) => flag.split("=")[0] ?? "");
      return Array.from(lists, ([name, all]) => {
        const values = new Set(all.flatMap((flag) => flag.split("=")[1]?.split(",") ?? []));
        return values.size === 0 ? name : `${name}=${[...values]}`;
      });
    },
  },
  "refuses with an error of its own": {
    permissions(config) {
      try {
        return sets(config);
      } catch (cause) {
        throw new RangeError("not grantable", { cause });
      }
    },
  },
};
