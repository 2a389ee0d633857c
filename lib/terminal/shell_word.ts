/** Returns an argument as a shell reads it, for a command line to copy. */
export function shellWord(arg: string): string {
  return /^[\w\-./:=,@+]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
