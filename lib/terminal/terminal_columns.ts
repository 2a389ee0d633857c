/** Columns of this process's terminal; of one that does not say, those of COLUMNS, else 80. */
export function terminalColumns(): number {
  try {
    const { columns } = Deno.consoleSize();
    if (columns > 0) return columns;
  } catch {
    // There is none.
  }
  const { state } = Deno.permissions.querySync({ name: "env", variable: "COLUMNS" });
  const asked = state === "granted" ? Number(Deno.env.get("COLUMNS")) : 0;
  return asked > 0 ? asked : 80;
}
