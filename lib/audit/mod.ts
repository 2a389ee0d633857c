/**
 * The audit database: what every run read, wrote and rejected, and how far each stream is.
 *
 * It is one SQLite file. A stream's checkpoint, a publication's intent and its confirmation are each one
 * transaction, so that after a crash the database says exactly how far the files can be trusted. Functions
 * here hold one statement each next to its meaning; {@linkcode openAudit} opens and migrates the file.
 *
 * @module
 */
export * from "./acceptances.ts";
export * from "./boundary.ts";
export * from "./contradictions.ts";
export * from "./files.ts";
export * from "./known_files.ts";
export * from "./migrations.ts";
export * from "./open_audit.ts";
export * from "./owner.ts";
export * from "./publications.ts";
export * from "./rejects.ts";
export * from "./remembered.ts";
export * from "./runs.ts";
export * from "./stream_pages.ts";
export * from "./stream_state.ts";
export * from "./streams.ts";
export * from "./waits.ts";
