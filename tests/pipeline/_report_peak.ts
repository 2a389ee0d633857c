/**
 * Loaded before a run: says at its end how much memory it has taken, in bytes. The system's own figure would not do, for
 * it begins with that of the process that started this one.
 */
let peak = 0;

function look(): void {
  peak = Math.max(peak, Deno.memoryUsage().rss);
}

Deno.unrefTimer(setInterval(look, 20));
addEventListener("unload", () => {
  look();
  console.error(`\npeak ${peak}`);
});
