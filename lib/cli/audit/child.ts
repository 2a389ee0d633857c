/**
 * A command of this group as a process. What such commands load is named here, where the runtime finds it without a
 * permission to read it.
 *
 * @module
 */
import { runChild } from "../run_child.ts";

if (import.meta.main) {
  await runChild(async () => {
    const [{ AUDIT }] = await Promise.all([
      import("./group.ts"),
      import("../../audit/mod.ts"),
      import("../../lake/mod.ts"),
      import("../../logging/mod.ts"),
    ]);
    return { audit: AUDIT };
  });
}
