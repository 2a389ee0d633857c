// Takes the write lock of the database named by the first argument, says so, and holds it until its input ends.
import { openDatabase } from "../../lib/db/mod.ts";

using db = openDatabase(Deno.args[0] ?? "");
db.transaction("hold", () => {
  db.run("INSERT INTO t (name) VALUES ('from the child')");
  Deno.stdout.writeSync(new TextEncoder().encode("locked\n"));
  while (Deno.stdin.readSync(new Uint8Array(16)) !== null);
});
