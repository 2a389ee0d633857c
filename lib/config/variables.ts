const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A whole text that is one `${NAME}`. */
export const SOLE_VARIABLE: RegExp = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** Returns the names that a text mentions as `${NAME}`, in order. */
export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(REFERENCE), (match) => match[1] ?? "");
}

/** Returns the name where the whole text is one `${NAME}`. */
export function soleVariable(text: string): string | undefined {
  return SOLE_VARIABLE.exec(text)?.[1];
}

/** Puts values in the place of every `${NAME}`; a value is never read again, so it cannot name a further variable. */
export function substitute(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(REFERENCE, (_, name: string) => valueOf(name));
}
