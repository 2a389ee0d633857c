const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Returns the names that a text mentions as `${NAME}`, in order. */
export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(REFERENCE), (match) => match[1] ?? "");
}

/** Returns the name where the whole text is one `${NAME}`. */
export function soleVariable(text: string): string | undefined {
  const names = variablesIn(text);
  return names.length === 1 && text === `\${${names[0]}}` ? names[0] : undefined;
}

/** Puts values in the place of every `${NAME}`; a value is never read again, so it cannot name a further variable. */
export function substitute(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(REFERENCE, (_, name: string) => valueOf(name));
}
