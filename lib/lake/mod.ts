/**
 * The lake: from staged bytes to files that a reader may trust.
 *
 * {@linkcode intend} commits what will be published, {@linkcode confirm} moves it into place and confirms it; after
 * a crash {@linkcode confirmIntent} alone finishes what was intended. {@linkcode claimLake} keeps a lake to one audit
 * database, and {@linkcode findDamage} notices what was lost or altered since.
 *
 * @module
 */
export * from "./confirm.ts";
export * from "./damage.ts";
export * from "./intend.ts";
export * from "./layout.ts";
export * from "./lost_intent.ts";
export * from "./manifest.ts";
export * from "./ownership.ts";
export * from "./json_lines_parts.ts";
export * from "./part_formats.ts";
export * from "./part_writer.ts";
export * from "./parts.ts";
export * from "./reject_line.ts";
export * from "./snapshots.ts";
