import type { ErrorCode } from "../../../lib/errors/mod.ts";
import { IngestError } from "../../../lib/errors/mod.ts";
import { Bench, type Caused } from "./_bench.ts";
import { CAUSES } from "./_causes.ts";

/** Causes an error for real, and returns its code and its message as it would be in a folder of anybody's. */
export async function cause(code: ErrorCode): Promise<Caused> {
  await using bench = new Bench();
  const { code: found, message } = await caught(() => CAUSES[code](bench));
  return { code: found, message: neutral(message, bench.folder) };
}

async function caught(act: () => unknown): Promise<Caused> {
  try {
    const result = await act() as Partial<Caused> | undefined;
    return { code: result?.code ?? "none", message: result?.message ?? "" };
  } catch (error) {
    if (error instanceof IngestError) return error;
    throw error;
  }
}

/** Takes out what differs from machine to machine and from run to run. */
function neutral(message: string, folder: string): string {
  return message
    .replaceAll(folder, "/srv/shop")
    .replaceAll("/simulated/pipeline", "/srv/shop")
    .replaceAll(/_tmp\/\w+\/\w+/g, "_tmp/...")
    .replaceAll(
      /127\.0\.0\.1:\d+/g,
      (address) => address === "127.0.0.1:1" ? address : "127.0.0.1:8080",
    )
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+\.\d+Z/g, "2026-11-26T02:10:00.000Z")
    .replaceAll(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, "01M8BMFR9QQGGDTCW8NMYAT2P8")
    .replaceAll(/process \d+/g, "process 4711");
}
