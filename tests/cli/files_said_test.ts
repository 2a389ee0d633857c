import { assertEquals, assertMatch } from "@std/assert";
import { granted } from "../_granted.ts";
import { inFolder, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Its rows are fifteen times as long in the second half. */
const UNEVEN = `id,v\n${"1,x\n".repeat(20_000)}${`1,${"long ".repeat(12)}\n`.repeat(20_000)}`;

Deno.test("files inventory and inspect show rows that were not counted as an estimate", {
  ignore,
}, () =>
  inFolder({ "in/a.csv": "id,v\n1,x\n", "in/b.csv": UNEVEN }, async (folder) => {
    const listing = await workOf(["files", "inventory", "in"], folder);
    assertMatch(listing.stdout, /a\.csv .* csv +1 /);
    assertMatch(listing.stdout, /b\.csv .* csv +~\d{3},\d{3} /);
    const { files } = JSON.parse(
      (await workOf(["files", "inventory", "in", "--json"], folder)).stdout,
    );
    assertEquals(files.map((file: Record<string, unknown>) => file["rows_estimated"]), [
      false,
      true,
    ]);
    const { stdout } = await workOf(["files", "inspect", "in/a.csv", "in/b.csv"], folder);
    assertMatch(stdout, /a\.csv: csv, utf-8, line ends lf, 1 row\n/);
    assertMatch(stdout, /b\.csv: csv, utf-8, line ends lf, about \d{3},\d{3} rows\n/);
  }));
