/** Asks a server for a table, as a run does: without the variables of the environment. Prints what came of it. */
import { openTables } from "../../../lib/db/mod.ts";
import { IngestError } from "../../../lib/errors/mod.ts";
import { writeOut } from "../../../lib/io/mod.ts";

const about = { host: "127.0.0.1", user: "etl", database: "shop", sslmode: "disable" } as const;
for (const port of Deno.args) {
  try {
    await using tables = await openTables(
      { ...about, engine: "postgres", port: Number(port) },
      { password: () => "wrong" },
    );
    await tables.describe("orders");
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    writeOut(`${JSON.stringify({ code: error.code, message: error.message })}\n`);
  }
}
