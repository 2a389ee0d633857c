/** Kinds of access that a test may need. */
export type Access = "read" | "write" | "net" | "run" | "env";

const DESCRIPTORS = {
  read: { name: "read", path: "." },
  // Temporary folders stand outside the project, so that only a write grant for them counts.
  write: { name: "write", path: temporaryFolder() },
  net: { name: "net", host: "127.0.0.1" },
  run: { name: "run", command: "deno" },
  env: { name: "env", variable: "TMPDIR" },
} as const satisfies Record<Access, Deno.PermissionDescriptor>;

/**
 * Says whether the test process has every named kind of access; bare `deno test` has none.
 *
 * @example
 * ```ts ignore
 * Deno.test({ name: "...", ignore: !granted("read", "write"), fn() {} });
 * ```
 */
export function granted(...kinds: Access[]): boolean {
  return kinds.every((kind) => Deno.permissions.querySync(DESCRIPTORS[kind]).state === "granted");
}

function temporaryFolder(): string {
  for (const variable of ["TMPDIR", "TMP", "TEMP"]) {
    if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") continue;
    const folder = Deno.env.get(variable);
    if (folder) return folder;
  }
  return Deno.build.os === "windows" ? "C:\\Windows\\Temp" : "/tmp";
}
