import type { Secret } from "../secrets/mod.ts";
import type { Issues } from "./expand.ts";
import { report, secret } from "./fields.ts";
import type { SchemaContext } from "./schema_context.ts";

/** A credential that is sent in a header. */
export function headerSecret(context: SchemaContext) {
  return secret(context).superRefine((value, issues) => checkHeaderSecret(value, issues))
    .meta({ form: '"${NAME}"' });
}

/** Reports a credential that no header can carry; what is around it, such as a line break at its end, is not sent. */
export function checkHeaderSecret(value: Secret, issues: Issues, path: PropertyKey[] = []): void {
  try {
    new Headers({ authorization: value.reveal() });
  } catch {
    // The runtime's message shows the value.
    report(issues, `variable "${value.name}" to hold one line of Latin-1, as a header does`, path);
  }
}
