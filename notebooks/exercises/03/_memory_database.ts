import { openDatabase, type Row, type SqlInput } from "../../../lib/db/mod.ts";

/** A database in memory, and what it was told. */
export interface MemoryDatabase extends Disposable {
  /** Every statement, in order. */
  readonly statements: readonly string[];
  /** What a learner's function gets; functions of their own, so that `const { run } = db` works as well. */
  readonly db: {
    readonly run: (sql: string, params?: readonly SqlInput[]) => number;
    readonly all: <T = Row>(sql: string, params?: readonly SqlInput[]) => T[];
    readonly inTransaction: boolean;
  };
}

/** Opens SQLite in memory. */
export function memoryDatabase(schema: string): MemoryDatabase {
  const inner = openDatabase(":memory:");
  inner.exec(schema);
  const statements: string[] = [];
  const tell = (sql: string) => {
    statements.push(sql);
    if (statements.length > 5000) throw new Error("5000 statements were run: nothing ends them");
  };
  return {
    statements,
    db: {
      run: (sql, params = []) => {
        tell(sql);
        return inner.run(sql, params).changes;
      },
      all: <T>(sql: string, params: readonly SqlInput[] = []) => {
        tell(sql);
        return inner.all(sql, params) as T[];
      },
      get inTransaction() {
        return inner.inTransaction;
      },
    },
    [Symbol.dispose]: () => inner.close(),
  };
}
