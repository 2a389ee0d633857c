/**
 * The typed pipeline configuration: read from YAML, checked as a whole before anything runs, every default filled in.
 *
 * @module
 */
export * from "./secret.ts";
