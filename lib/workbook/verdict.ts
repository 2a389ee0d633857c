/** How an expectation fared. */
export type Verdict =
  | { readonly name: string; readonly state: "holds" }
  /** The stub's own error came: nothing is written here yet. */
  | { readonly name: string; readonly state: "unwritten"; readonly what: string }
  | {
    readonly name: string;
    readonly state: "mistake";
    /** Key of the exercise's mistakes. */
    readonly id: string;
    readonly means: string;
    readonly think: string;
    readonly seen: string;
  }
  /** The learner's code threw where it should not. */
  | {
    readonly name: string;
    readonly state: "threw";
    readonly error: string;
    /** 1-based line of the learner's file, where the error passed through it. */
    readonly line?: number;
  }
  /** The learner's code waits for something that never comes. */
  | { readonly name: string; readonly state: "stuck"; readonly after: number }
  /** The learner's code never gave control back, and its process was ended. */
  | { readonly name: string; readonly state: "endless"; readonly after: number }
  /** The learner's code ended the process, or the process died. */
  | { readonly name: string; readonly state: "died"; readonly how: string };
