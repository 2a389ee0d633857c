/**
 * Publishing: from staged bytes to files that a reader may trust.
 *
 * {@linkcode intend} commits what will be published, {@linkcode settle} moves it into place and confirms it; after
 * a crash `settle` alone finishes what was intended. A {@linkcode Store} hides where the lake is.
 *
 * @module
 */
export * from "./encode_reject.ts";
export * from "./intend.ts";
export * from "./lake_paths.ts";
export * from "./local_store.ts";
export * from "./manifest.ts";
export * from "./settle.ts";
export * from "./store.ts";
export * from "./write_parts.ts";
