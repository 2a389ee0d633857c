import { IngestError } from "../../errors/mod.ts";
import type { Authenticator } from "./authenticator.ts";

/** Gets new credentials after a 401; an error is the answer of the token endpoint. */
export async function renew(
  auth: Authenticator,
  credentials: unknown,
): Promise<boolean | IngestError> {
  try {
    return await auth.refresh(credentials);
  } catch (error) {
    if (error instanceof IngestError) return error;
    throw error;
  }
}
