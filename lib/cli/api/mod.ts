/**
 * What `headwaters api` does, for those who show it.
 *
 * @module
 */
export { type FetchEnd, resumableFetch, type ResumableFetchOptions } from "./resumable_fetch.ts";
