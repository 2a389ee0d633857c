import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { AUDIT_MIGRATIONS, openAudit } from "../../lib/audit/mod.ts";
import { migrate, openDatabase } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");

/** Makes a file out of the bytes of a good database. */
type Damage = (path: string, good: Uint8Array) => void;

function open(path: string, sql: string): void {
  using db = openDatabase(path);
  db.exec(sql);
}

function overwritten(from: number, to: number): Damage {
  return (path, good) => Deno.writeFileSync(path, good.slice().fill(7, from, to));
}

/** Every state in which somebody may find it, with the codes of opening it to read and to write. */
const STATES: Readonly<Record<string, readonly [Damage, string | undefined, string | undefined]>> =
  {
    "half of it is gone": [
      (path, good) => Deno.writeFileSync(path, good.subarray(0, good.length / 2)),
      "database-damaged",
      "database-damaged",
    ],
    "all but its header is gone": [
      (path, good) => Deno.writeFileSync(path, good.subarray(0, 50)),
      "database-damaged",
      "database-damaged",
    ],
    "its header was overwritten": [overwritten(0, 16), "database-foreign", "database-foreign"],
    "its schema was overwritten": [overwritten(200, 9000), "database-damaged", "database-damaged"],
    "a page in its middle was overwritten": [
      overwritten(20 * 4096, 21 * 4096),
      undefined,
      "database-damaged",
    ],
    "it is a text": [
      (path) => Deno.writeTextFileSync(path, "a text"),
      "database-foreign",
      "database-foreign",
    ],
    "it is another program's": [
      (path) => open(path, "CREATE TABLE users (id)"),
      "database-foreign",
      "database-foreign",
    ],
    "it is of a newer version": [
      (path, good) => {
        Deno.writeFileSync(path, good);
        open(path, "PRAGMA user_version = 99");
      },
      "database-newer",
      "database-newer",
    ],
    "a step of its schema is another one": [
      (path, good) => {
        Deno.writeFileSync(path, good);
        open(path, "UPDATE migrations SET sha256 = 'x' WHERE version = 6");
      },
      "database-newer",
      "database-newer",
    ],
    "it is of an older version": [
      (path) => {
        using db = openDatabase(path);
        migrate(db, AUDIT_MIGRATIONS.slice(0, 3));
      },
      "database-older",
      undefined,
    ],
    "it is a folder": [(path) => Deno.mkdirSync(path), "database-foreign", "database-foreign"],
    "it is missing": [() => {}, "database-io", undefined],
    "its folder is missing": [
      (path) => Deno.removeSync(join(path, "..")),
      "database-io",
      "database-io",
    ],
  };

function bytesAt(path: string): string | undefined {
  try {
    return Deno.readFileSync(path).toHex();
  } catch {
    return undefined; // A folder, or nothing.
  }
}

for (const [state, [damage, ...codes]] of Object.entries(STATES)) {
  Deno.test({
    name: `openAudit() says in one sentence what to do if ${state}, and changes nothing`,
    ignore,
    fn() {
      const folder = Deno.makeTempDirSync();
      try {
        const good = join(folder, "good.db");
        openAudit(good).close();
        for (const [at, code] of codes.entries()) {
          const path = join(folder, String(at), "audit.db");
          Deno.mkdirSync(join(path, ".."));
          damage(path, Deno.readFileSync(good));
          const before = bytesAt(path);
          const look = () => {
            using db = openAudit(path, { readOnly: at === 0 });
            return db.get("SELECT count(*) AS n FROM runs");
          };
          if (code === undefined) {
            assertEquals(look(), { n: 0 });
            continue;
          }
          const error = assertThrows(look, DatabaseError);
          assertEquals([error.code, bytesAt(path)], [code, before]);
          // What was found, and the next step.
          assertMatch(error.message, /^Cannot [^\n]+: [^\n]+; [^\n]+[^.]$/);
        }
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

Deno.test({
  name: "a database that another one has locked is waited for, and left alone",
  ignore,
  fn() {
    const folder = Deno.makeTempDirSync();
    try {
      const path = join(folder, "audit.db");
      using first = openAudit(path);
      first.exec("BEGIN IMMEDIATE");
      using second = openDatabase(path, { timeout: 1 });
      const error = assertThrows(
        () => second.transaction("one", () => second.run("DELETE FROM runs")),
        DatabaseError,
      );
      assertEquals(error.code, "database-busy");
      assertMatch(error.message, /; another process is writing to it, run again/);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
