import { UsageError } from "../errors/mod.ts";

/** What says how a server is asked. */
export const SERVER_FLAGS = {
  "password-env": {
    type: "string",
    value: "NAME",
    meaning: "Environment variable that holds the password",
  },
  ca: {
    type: "string",
    value: "FILE",
    meaning: "Certificate (PEM) of the authority that signed the server's",
    default: "those that the runtime trusts",
  },
} as const;

/**
 * Makes sure that none of them is there where a file is named.
 *
 * @throws {UsageError} That names the first.
 */
export function refuseServerFlags(
  flags: { readonly [Flag in keyof typeof SERVER_FLAGS]?: unknown },
): void {
  for (const flag of ["ca", "password-env"] as const) {
    if (flags[flag] === undefined) continue;
    throw new UsageError("usage", `Cannot use --${flag} with a file: it asks no server`, {
      context: { flag: `--${flag}` },
    });
  }
}
