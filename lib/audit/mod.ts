/**
 * The ledger: what every run read, wrote and refused, and where each stream stands.
 *
 * It is one SQLite file. A stream's checkpoint, a publication's intent and its confirmation are each one
 * transaction, so that after a crash the ledger says exactly how far the files can be trusted. Functions
 * here hold one statement each beside its meaning; {@linkcode openLedger} opens and migrates the file.
 *
 * @module
 */
export * from "./boundary.ts";
export * from "./files.ts";
export * from "./ledger_pages.ts";
export * from "./migrations.ts";
export * from "./open_ledger.ts";
export * from "./publications.ts";
export * from "./rejects.ts";
export * from "./runs.ts";
export * from "./stream_state.ts";
export * from "./streams.ts";
