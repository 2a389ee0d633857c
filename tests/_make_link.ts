/** Makes a symbolic link; the runtime allows that only to those who may write everywhere, which the tests may not. */
export async function makeLink(target: string, path: string): Promise<void> {
  await makeLinks([{ target, path }]);
}

/** Makes symbolic links by one process. */
export async function makeLinks(
  links: readonly { readonly target: string; readonly path: string }[],
): Promise<void> {
  const code = links.map(({ target, path }) =>
    `Deno.symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(path)});`
  ).join("");
  const { success } = await new Deno.Command("deno", { args: ["eval", code] }).output();
  if (!success) throw new Error(`Cannot make the links ${JSON.stringify(links)}`);
}
