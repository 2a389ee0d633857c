/** Drains a generator; returns what it yielded and what it returned. */
export async function collect<T, R>(
  generator: AsyncGenerator<T, R>,
): Promise<{ items: T[]; end: R }> {
  const items: T[] = [];
  for (;;) {
    const step = await generator.next();
    if (step.done) return { items, end: step.value };
    items.push(step.value);
  }
}
