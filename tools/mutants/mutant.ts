/** What kind of promise a mutant breaks. */
export type MutantKind =
  | "flush"
  | "commit"
  | "rename"
  | "truncation"
  | "lock"
  | "guard"
  | "order"
  | "redaction"
  | "escape"
  | "count"
  | "comparison"
  | "swallowed error"
  | "header"
  | "permission"
  | "tolerance";

/** A small change of lib that a test must notice. */
export interface Mutant {
  /** What the program does once it is made. */
  readonly name: string;
  readonly kind: MutantKind;
  readonly file: string;
  /** What is there, once. */
  readonly find: string;
  /** What takes its place. */
  readonly replace: string;
  /** File with the test that must fail. */
  readonly test: string;
}
