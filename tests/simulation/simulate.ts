import { generate } from "./_generate.ts";
import { live } from "./_life.ts";

if (import.meta.main) {
  const from = Number(Deno.args[0] ?? 1), count = Number(Deno.args[1] ?? 1);
  const begun = performance.now();
  let runs = 0, bad = 0;
  for (let seed = from; seed < from + count; seed++) {
    const report = await live(
      generate(seed),
      count === 1 ? { log: (line) => console.log(line) } : {},
    );
    runs += report.runs.length;
    if (report.faults.length > 0) {
      bad++;
      console.log(seed, report.faults.slice(0, 4));
    }
  }
  console.log({ runs, bad, perMinute: Math.round(runs / (performance.now() - begun) * 60_000) });
}
