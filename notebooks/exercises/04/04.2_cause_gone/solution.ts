/**
 * A layer adds one sentence: what it tried, with what. It does not explain the failure, for it does not know it; the layer
 * below does, and so its error goes along, as an object. A text made of it has lost the class, the code, the stack and every
 * cause behind it.
 *
 * Two steps, two sentences: "it failed in load" sends the reader to look at a file that was read well.
 *
 * The walk is a recursion over what was seen. Three things make it a walk and not a loop over `cause`: anything may be
 * thrown, an AggregateError has several errors behind it, and an error can lead back to itself. `"cause" in error` and not
 * `error.cause !== undefined`: somebody may have thrown undefined, and that is worth knowing.
 *
 * @module
 */
/** Everything outside: replaced by a fake in a test. */
export interface Tools {
  /** Reads a file. */
  read(path: string): Promise<string>;
  /** Makes orders of a text. */
  parse(text: string): unknown[];
}

/** Reads the orders of a file. */
export async function loadOrders(path: string, tools: Tools): Promise<unknown[]> {
  const text = await step("read", path, () => tools.read(path));
  return await step("parse", path, () => tools.parse(text));
}

async function step<T>(name: string, path: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`Cannot ${name} "${path}"`, { cause: error });
  }
}

/** Returns the messages of an error and of everything behind it, from the outside in. */
export function chainOf(error: unknown): string[] {
  const seen = new Set<unknown>();
  const chain: string[] = [];
  function walk(value: unknown): void {
    if (!(value instanceof Error)) return void chain.push(String(value));
    if (seen.has(value)) return;
    seen.add(value);
    chain.push(value.message);
    if (value instanceof AggregateError) value.errors.forEach(walk);
    if ("cause" in value) walk(value.cause);
  }
  walk(error);
  return chain;
}
