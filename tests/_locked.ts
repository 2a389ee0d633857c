import { join } from "node:path";
import { granted } from "./_granted.ts";

/** Whether the mode of a file or folder keeps this process out; it does not with root, nor on Windows. */
export const IS_LOCKED_OUT: boolean = granted("read", "write") && isLockedOut();

function isLockedOut(): boolean {
  if (Deno.build.os === "windows") return false;
  const folder = Deno.makeTempDirSync({ prefix: "locked-test-" });
  try {
    Deno.chmodSync(folder, 0o500);
    Deno.writeTextFileSync(join(folder, "x"), "");
    return false;
  } catch {
    return true;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
