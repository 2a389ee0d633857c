import { z } from "zod";
import { UsageError } from "../errors/mod.ts";
import { parseFault } from "../sandbox/parse_fault.ts";

const FAULT = 'a fault such as "flights:429@page3"';

/** A fault of the sandbox, checked by the sandbox's own grammar. */
export function faultSchema() {
  return z.string({ error: FAULT }).superRefine((spec, issues) => {
    const problem = problemOf(spec);
    if (problem === undefined) return;
    issues.addIssue({ code: "custom", message: `${FAULT}: ${problem}`, params: { kind: "form" } });
  });
}

function problemOf(spec: string): string | undefined {
  try {
    parseFault(spec);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return String(error.context["reason"]);
  }
}
