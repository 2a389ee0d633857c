import type { z } from "zod";
import type { ReportProblem } from "./cross_checks.ts";
import type { SchemaContext } from "./schema_context.ts";
import type { KeyPath } from "./tree.ts";

/** What the configuration must know of one type of source. */
export interface SourceSchema {
  /** Its name in the key `type`. */
  readonly type: string;
  /** Its keys. */
  schema(context: SchemaContext): z.ZodType;
  /** Reports what no single key can show; `source` is the mapping as written. @default {nothing} */
  check?(source: Record<string, unknown>, path: KeyPath, report: ReportProblem): void;
}
