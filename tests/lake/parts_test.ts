import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Disk, type DiskStep } from "../../lib/files/mod.ts";
import { PART_FORMATS } from "../../lib/lake/mod.ts";
import { writeParts } from "../../lib/lake/parts.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name:
    "writeParts() flushes each part and then their folder: what is intended afterwards is there",
  ignore: !granted("read", "write"),
  async fn() {
    const root = Deno.realPathSync(await Deno.makeTempDir());
    const steps: DiskStep[] = [];
    const disk = new Disk(root, { observe: (step) => steps.push(step) });
    try {
      const from = join(root, "staged.jsonl");
      await Deno.writeTextFile(from, '{"id":1}\n{"id":2}\n'.repeat(100_000));
      const parts = await writeParts(disk, {
        key: { run_id: "r", source: "shop", stream: "items" },
        from,
        schema: {},
        staging: "_tmp/parts",
        folder: "raw/shop/items",
        partBytes: 1,
      });
      assertEquals(parts.reduce((sum, { rows }) => sum + rows, 0), 200_000);
      const flushed = steps.filter(({ kind }) => kind === "sync");
      assertEquals(flushed.length, parts.length);
      const last = steps.at(-1);
      assertEquals(last, { kind: "sync-dir", path: join(root, "_tmp/parts") });
      assertEquals(steps.at(-2)?.kind, "sync");
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

for (const [name, format] of Object.entries(PART_FORMATS)) {
  Deno.test({
    name: `a part in ${name} that somebody keeps is closed by them alone`,
    ignore: !granted("read", "write"),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        const schema = { type: "struct", fields: [] };
        await using part = format.open(join(folder, "part"), schema);
        let kept: Deno.FsFile | undefined;
        await part.finish((file) => {
          kept = file;
          return true;
        });
        await part[Symbol.asyncDispose]();
        kept?.syncSync();
        kept?.close();
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
