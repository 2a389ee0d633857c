/**
 * Decides about a vendor's file: how such a function looks after two years of quick fixes.
 *
 * It knows its folders and columns by heart, asks the clock, reads, decides, writes and swallows what goes wrong, all in one.
 * To test one `if` of it you need files; to learn why it said no you need a debugger. {@linkcode decideIntake} is the same
 * decision untangled.
 *
 * @param name Name of a file in `folder`.
 * @param folder The vendor's folder, below which it also keeps its books.
 * @returns Whether the file was taken in.
 */
export async function tangledIntake(name: string, folder: string): Promise<boolean> {
  try {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    if (text.length === 0) return false;
    let seen = "";
    try {
      seen = await Deno.readTextFile(`${folder}/seen.txt`);
    } catch {
      // first run
    }
    if (seen.split("\n").includes(name)) return false;
    if (!text.startsWith("date,precipitation,temp_max,temp_min,wind,weather")) return false;
    const today = new Date().toISOString().slice(0, 10);
    const target = name.toLowerCase().replaceAll(" ", "_");
    await Deno.mkdir(`${folder}/lake/dt=${today}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/lake/dt=${today}/${target}`, text);
    await Deno.writeTextFile(`${folder}/seen.txt`, `${seen}${name}\n`);
    return true;
  } catch {
    return false;
  }
}
