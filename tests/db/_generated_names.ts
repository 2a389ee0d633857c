const ENGINES = [
  "_sqlite_tables.ts",
  "_postgres_tables.ts",
  "_postgres_page.ts",
  "postgres_pages.ts",
];

/** Every name that the statements of the engines give something, or qualify a column with. */
export async function generatedNames(): Promise<readonly string[]> {
  const texts = await sources();
  const found = texts.flatMap((text) => [
    ...[...text.matchAll(/\b(?:AS|WITH) ([a-z_]\w*)/g)].map(([, name]) => name ?? ""),
    ...[...text.matchAll(/[`(, {]([a-z_]\w*)\.[$"*]/g)].map(([, name]) => name ?? ""),
  ]);
  // Such as k0 and k1, of which the statements have as many as the key has columns.
  const numbered = ["k", "c"].flatMap((name) => [0, 1, 2].map((at) => `${name}${at}`));
  return [...new Set([...found, ...numbered, "main", "t", "r"])];
}

/** Every word of the files that make the statements, whatever it is there. */
export async function wordsOfEngines(): Promise<readonly string[]> {
  const words = (await sources()).flatMap((text) => text.toLowerCase().match(/[a-z_]\w*/g) ?? []);
  return [...new Set(words)];
}

function sources(): Promise<string[]> {
  return Promise.all(
    ENGINES.map((name) => Deno.readTextFile(new URL(`../../lib/db/${name}`, import.meta.url))),
  );
}
