/** Makes a symbolic link; the runtime allows that only to those who may write everywhere, which the tests may not. */
export async function makeLink(target: string, path: string): Promise<void> {
  const code = `Deno.symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(path)})`;
  const { success } = await new Deno.Command("deno", { args: ["eval", code] }).output();
  if (!success) throw new Error(`Cannot link "${path}" to "${target}"`);
}
