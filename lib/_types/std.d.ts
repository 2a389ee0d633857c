// Types for the @std modules that this project uses. deno-std ships plain JavaScript, and an import without
// a declaration would be a silent `any`; the last declaration turns such an import into a compile error.
// tests/types/std_types_test.ts proves that every name declared here exists in the package.

declare module "@std/assert" {
  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertAlmostEquals(actual: number, expected: number, tolerance?: number): void;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertInstanceOf<T>(
    actual: unknown,
    // deno-lint-ignore no-explicit-any
    expected: abstract new (...args: any[]) => T,
    msg?: string,
  ): asserts actual is T;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any
    type: abstract new (...args: any[]) => E,
    includes?: string,
  ): Promise<E>;
  export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any
    type: abstract new (...args: any[]) => E,
    includes?: string,
  ): E;
  export function fail(msg?: string): never;
}

declare module "@std/csv" {
  export function parse(
    text: string,
    options?: { separator?: string; lazyQuotes?: boolean; fieldsPerRecord?: number },
  ): string[][];
  export function stringify(
    rows: readonly (readonly unknown[])[],
    options?: { separator?: string; headers?: boolean; crlf?: boolean },
  ): string;
}

declare module "@std/path" {
  export const SEPARATOR: string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function fromFileUrl(url: string | URL): string;
  export function isAbsolute(path: string): boolean;
  export function join(...parts: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...parts: string[]): string;
  export function toFileUrl(path: string): URL;
}

// By itself, since a program that only wants this would load all of the package's paths.
declare module "@std/path/glob-to-regexp" {
  export function globToRegExp(
    glob: string,
    options?: { extended?: boolean; globstar?: boolean; caseInsensitive?: boolean },
  ): RegExp;
}

declare module "@std/streams" {
  export function toBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array>;
  export function toText(stream: ReadableStream<Uint8Array | string>): Promise<string>;
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR?: boolean });
  }
}

declare module "@std/ulid" {
  export function ulid(seedTime?: number): string;
  export function decodeTime(ulid: string): number;
}

declare module "@std/yaml" {
  export function parse(
    text: string,
    options?: {
      schema?: "core" | "default" | "failsafe" | "json" | "extended";
      allowDuplicateKeys?: boolean;
    },
  ): unknown;
  export function stringify(value: unknown, options?: { lineWidth?: number }): string;
}

declare module "@std/*" {
  export {};
}
