/**
 * Writes a part of so many records of 230 bytes, as a run does, and prints how much memory it took.
 *
 * @module
 */
import { PARQUET } from "../../lib/lake/parquet_parts.ts";

const [path = "", count = "0"] = Deno.args;
const encoder = new TextEncoder();
const schema = {
  type: "struct",
  fields: [
    field("id", "long"),
    field("at", "string"),
    field("amount", "double"),
    field("note", "string"),
    {
      ...field("more", ""),
      type: { type: "struct", fields: [field("a", "long"), field("b", "string")] },
    },
  ],
};

function field(name: string, type: string) {
  return { name, type, nullable: true, metadata: {} };
}

/** Records of one write; what is in them does not repeat, or compression would hide what it costs. */
function batch(from: number): Uint8Array {
  const lines = Array.from({ length: 1000 }, (_, i) => {
    const id = from + i;
    const note = `${Math.sin(id)}${Math.cos(id)}`.padEnd(90, `${id}`);
    const at = new Date(1.7e12 + id * 1000).toISOString();
    return JSON.stringify({ id, at, amount: id / 7, note, more: { a: id, b: `b${id % 97}` } });
  });
  return encoder.encode(`${lines.join("\n")}\n`);
}

let peak = 0;
let bytes = 0;
const part = PARQUET.open(path, schema);
for (let id = 0; id < Number(count); id += 1000) {
  const lines = batch(id);
  bytes += lines.length;
  await part.write(lines);
  peak = Math.max(peak, Deno.memoryUsage().rss);
}
const { bytes: written } = await part.finish((file) => file.syncSync());
console.log(JSON.stringify({ peak, bytes, written }));
