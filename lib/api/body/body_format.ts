/** What a page's body is made of. */
export const BODY_FORMATS = ["json", "jsonl", "csv"] as const;

/** One of {@linkcode BODY_FORMATS}. */
export type BodyFormat = (typeof BODY_FORMATS)[number];
