import { join } from "node:path";

/** The versions that the project pins, read from deno.json and deno.lock. */
export interface Pins {
  /** Imports that lead to a package. */
  readonly imports: number;
  /** Those of them that name anything else than one exact version. */
  readonly floating: readonly string[];
  /** Packages in the lock file, those of packages included. */
  readonly locked: number;
  /** Those of them without a checksum. */
  readonly unchecked: readonly string[];
  /** Whether a run may change the lock file. */
  readonly frozen: boolean;
}

interface Config {
  readonly imports?: Readonly<Record<string, string>>;
  readonly lock?: boolean | { readonly frozen?: boolean };
}

interface Lock {
  readonly npm?: Readonly<Record<string, { readonly integrity?: string }>>;
}

const PACKAGE = /^(?:npm|jsr):/;
const EXACT = /^(?:npm|jsr):(?:@[^/@]+\/)?[^/@]+@\d+\.\d+\.\d+(?:[-+][\w.-]+)?(?:\/|$)/;

/** Reads the versions that the project in a folder pins. */
export async function readPins(root: string): Promise<Pins> {
  const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json"))) as Config;
  const lock = JSON.parse(await Deno.readTextFile(join(root, "deno.lock"))) as Lock;
  const packages = Object.values(config.imports ?? {}).filter((target) => PACKAGE.test(target));
  const locked = Object.entries(lock.npm ?? {});
  return {
    imports: packages.length,
    floating: packages.filter((target) => !EXACT.test(target)),
    locked: locked.length,
    unchecked: locked.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))
      .map(([name]) => name),
    frozen: typeof config.lock === "object" && config.lock.frozen === true,
  };
}
