// The classifier of errors of PostgreSQL and its client. SQLSTATE decides; the client's own errors have only a message.
import { type CodeOf, DatabaseError, IngestError } from "../errors/mod.ts";

type DatabaseCode = CodeOf<"DatabaseError">;

/** By SQLSTATE or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html), the longest first. */
const BY_STATE: readonly (readonly [string, DatabaseCode])[] = [
  ["57014", "database-timeout"], // query_canceled: statement_timeout, or by an operator
  ["42501", "database-denied"], // insufficient_privilege
  ["3D000", "database-denied"], // invalid_catalog_name
  ["40", "database-busy"], // serialization failure, deadlock, conflict on a standby
  ["55P03", "database-busy"], // lock_not_available
  ["53", "database-busy"], // too many connections, no memory
  ["57P", "database-unreachable"], // shut down, crashed, starting up
  ["08", "database-unreachable"],
  ["28", "database-denied"],
  ["22", "database-constraint"],
  ["23", "database-constraint"],
  ["XX", "database-damaged"],
  ["58", "database-io"],
];

const UNREACHABLE =
  /^E[A-Z]+$|terminated|timeout|ended unexpectedly|not queryable|closed|Client was closed/;
const CERTIFICATE = /certificate|SSL|TLS|UnknownIssuer|InvalidCertificate/i;

/**
 * Names a failure of PostgreSQL or its client.
 *
 * @param action What was tried: `read table "orders" in "shop" on db.example.com:5432`.
 */
export function toPostgresError(error: unknown, action: string): Error {
  if (error instanceof IngestError || error instanceof TypeError && !("code" in error)) {
    return error;
  }
  const { code = "", message } = error instanceof Error
    ? error as Error & { readonly code?: string }
    : { message: String(error) };
  // Several addresses of one name fail together, without a message of their own.
  const reason = message || code;
  const isState = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code);
  const found = isState ? BY_STATE.find(([state]) => code.startsWith(state))?.[1] : undefined;
  const outside = CERTIFICATE.test(reason) || /server does not support SSL/.test(reason)
    ? "database-denied"
    : UNREACHABLE.test(code) || UNREACHABLE.test(reason)
    ? "database-unreachable"
    : "database-io";
  const named = found ?? (isState ? "database-statement" : outside);
  return new DatabaseError(
    named,
    `Cannot ${action}: ${reason}${nextOf(code, reason) ?? NEXT[named] ?? ""}`,
    {
      cause: error,
      context: { sqlstate: isState ? code : null },
    },
  );
}

function nextOf(code: string, reason: string): string | undefined {
  return /row-level security policy/.test(reason) ? POLICY : NEXT_OF_STATE[code];
}

/** Of insufficient_privilege: row_security is off. */
const POLICY =
  "; it hides rows from this user: read as one with BYPASSRLS, or make a table of the rows that are meant, with a primary key";

/** What its kind does not say, by SQLSTATE. */
const NEXT_OF_STATE: Readonly<Record<string, string>> = {
  // invalid_catalog_name
  "3D000": "; check the name of the database",
  // invalid_name
  "42602":
    '; a name is wanted such as orders or sales.orders, or "My orders" in quotes if it has other characters',
  // undefined_function: of json, xml and point none says which comes first.
  "42883": "; name columns in key whose values have an order",
  // dependent_objects_still_exist: a view of somebody's keeps a table from being made anew.
  "2BP01":
    "; drop what depends on it, such as a view, or let it read another table, then run the same command again",
  // character_not_in_repertoire: a database in SQL_ASCII takes any bytes for text.
  "22021": "; find such texts in the database, and correct them there",
};

const NEXT: Partial<Record<DatabaseCode, string>> = {
  "database-unreachable": "; see that the server runs and can be reached from here",
  "database-denied": "; check user, password, rights and sslmode",
  "database-timeout": "; raise statement_timeout, or index the key that is read by",
};

/** Whether a server could not make a value, for it would be larger than any may be. */
export function isTooLarge(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  // program_limit_exceeded; of an allocation that no value may need there is only the message.
  return error.context["sqlstate"] === "54000" ||
    /invalid memory alloc request size/.test(error.message);
}
