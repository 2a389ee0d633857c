import type { Tools } from "../../../notebooks/exercises/04/04.2_cause_gone/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.2_cause_gone/check.ts";

class LoadError extends Error {
  override readonly name = "LoadError";
  readonly step: string;
  constructor(step: string, path: string, cause: unknown) {
    super(`${step} failed for ${path}`, { cause });
    this.step = step;
  }
}

async function loadOrders(path: string, { read, parse }: Tools): Promise<unknown[]> {
  let step = "read";
  try {
    const text = await read(path);
    step = "parse";
    return parse(text);
  } catch (cause) {
    throw new LoadError(step, path, cause);
  }
}

/** What stands behind a value. */
function behind(value: unknown): unknown[] {
  if (!(value instanceof Error)) return [];
  const own = Object.hasOwn(value, "cause") ? [value.cause] : [];
  return value instanceof AggregateError ? [...value.errors, ...own] : own;
}

function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : `${value}`;
}

function chainOf(error: unknown): string[] {
  const seen: unknown[] = [];
  const visit = (value: unknown): string[] => {
    if (value instanceof Error && seen.includes(value)) return [];
    seen.push(value);
    return [messageOf(value), ...behind(value).flatMap(visit)];
  };
  return visit(error);
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "a class of their own, and a step variable": { loadOrders, chainOf },
  "promises without async": {
    loadOrders: (path, { read, parse }) =>
      read(path).then(
        (text) => {
          try {
            return parse(text);
          } catch (cause) {
            throw new LoadError("parse", path, cause);
          }
        },
        (cause) => Promise.reject(new LoadError("read", path, cause)),
      ),
    chainOf,
  },
  "two blocks": {
    async loadOrders(path, tools) {
      let text: string;
      try {
        text = await tools.read(path);
      } catch (error) {
        throw Object.assign(new Error(`Cannot read ${path}`), { cause: error });
      }
      try {
        return tools.parse(text);
      } catch (error) {
        throw new Error(`Cannot parse ${path}`, { cause: error });
      }
    },
    chainOf,
  },
  "a stack instead of a recursion": {
    loadOrders,
    chainOf(error) {
      const [seen, stack, chain] = [new Set<unknown>(), [error], [] as string[]];
      while (stack.length > 0) {
        const value = stack.pop();
        if (value instanceof Error && seen.has(value)) continue;
        seen.add(value);
        chain.push(messageOf(value));
        stack.push(...behind(value).reverse());
      }
      return chain;
    },
  },
  "a generator": {
    loadOrders,
    chainOf(error) {
      const seen = new WeakSet<Error>();
      function* walk(value: unknown): Generator<string> {
        if (value instanceof Error) {
          if (seen.has(value)) return;
          seen.add(value);
        }
        yield messageOf(value);
        for (const next of behind(value)) yield* walk(next);
      }
      return [...walk(error)];
    },
  },
  "an immutable trail": {
    loadOrders,
    chainOf(error) {
      const walk = (value: unknown, trail: readonly unknown[]): string[] =>
        trail.includes(value) && value instanceof Error ? [] : [
          messageOf(value),
          ...behind(value).flatMap((next) => walk(next, [...trail, value])),
        ];
      return walk(error, []);
    },
  },
  "the cause shown in the message as well": {
    loadOrders: (path, tools) =>
      loadOrders(path, tools).catch((error: Error) => {
        throw new Error(`${error.message}, see its cause`, { cause: error.cause });
      }),
    chainOf,
  },
  "String() by a template, errors by their prototype": {
    loadOrders,
    chainOf: (error) =>
      Object.prototype.toString.call(error) === "[object Error]"
        ? chainOf(error)
        : [`${String(error)}`],
  },
};
