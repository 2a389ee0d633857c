import type { Bound, Driver, DriverStatement } from "./_driver.ts";
import { isBlankSql, type ScannedParameters, scanParameters } from "./_scan_sql.ts";
import { type SqlInput, type SqlParameters, type SqlValue, toSqlValue } from "./to_sql_value.ts";

/** A prepared statement and what its text says about its parameters. */
export interface CachedStatement extends DriverStatement {
  /** Checks and converts the caller's parameters. */
  bind(params: SqlParameters): Bound;
}

/** Prepared statements by text; the one used longest ago makes room. */
export class StatementCache {
  readonly #driver: Driver;
  readonly #capacity: number;
  readonly #statements = new Map<string, CachedStatement>();

  constructor(driver: Driver, capacity = 128) {
    this.#driver = driver;
    this.#capacity = capacity;
  }

  /** Returns the statement for a text, preparing it the first time. */
  get(sql: string): CachedStatement {
    const known = this.#statements.get(sql);
    const statement = known ?? prepare(this.#driver, sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    const oldest = this.#statements.keys().next();
    if (this.#statements.size > this.#capacity && !oldest.done) {
      this.#statements.delete(oldest.value);
    }
    return statement;
  }

  /** Forgets all statements: after a change of the schema a prepared `SELECT *` would keep its old columns. */
  clear(): void {
    this.#statements.clear();
  }
}

function prepare(driver: Driver, sql: string): CachedStatement {
  if (isBlankSql(sql)) throw new TypeError("Cannot prepare statement: it is empty");
  const statement = driver.prepare(sql);
  if (!isBlankSql(sql.slice(sql.indexOf(statement.source) + statement.source.length))) {
    throw new TypeError(
      "Cannot prepare statement: the text holds several, and only the first would run; use exec()",
    );
  }
  const twice = statement.columns.find((name, i) => statement.columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TypeError(
      `Cannot prepare statement: two columns are named "${twice}", and one would be lost`,
    );
  }
  const wanted = scanParameters(statement.source);
  return { ...statement, bind: (params) => bind(params, wanted) };
}

function bind(params: SqlParameters, wanted: ScannedParameters): Bound {
  if (wanted.positional > 0 && wanted.names.size > 0) {
    throw new TypeError('Cannot bind parameters: the statement mixes "?" and named ones');
  }
  return isList(params) ? bindList(params, wanted) : bindNames(params, wanted);
}

function bindList(params: readonly SqlInput[], wanted: ScannedParameters): SqlValue[] {
  if (wanted.names.size > 0) {
    throw new TypeError(
      `Cannot bind a list: the statement names its parameters (${[...wanted.names].join(", ")})`,
    );
  }
  if (params.length !== wanted.positional) {
    throw new TypeError(
      `Cannot bind ${params.length} parameters: the statement has ${wanted.positional}`,
    );
  }
  // Not map(): it would pass over the holes of a sparse list. Array.from() takes four times as long.
  const values: SqlValue[] = [];
  for (let at = 0; at < params.length; at++) values.push(toSqlValue(params[at]));
  return values;
}

function bindNames(
  params: Readonly<Record<string, SqlInput>>,
  wanted: ScannedParameters,
): Record<string, SqlValue> {
  if (wanted.positional > 0) {
    throw new TypeError('Cannot bind an object: the statement has "?" parameters and wants a list');
  }
  const missing = [...wanted.names].filter((name) => !Object.hasOwn(params, name));
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot bind parameters: no value for ${missing.map((name) => `":${name}"`).join(", ")}`,
    );
  }
  const entries = Object.entries(params).map(([name, value]): [string, SqlValue] => {
    if (!wanted.names.has(name)) {
      throw new TypeError(`Cannot bind parameter ":${name}": the statement does not name it`);
    }
    return [name, toSqlValue(value)];
  });
  return Object.fromEntries(entries);
}

function isList(params: SqlParameters): params is readonly SqlInput[] {
  return Array.isArray(params);
}
