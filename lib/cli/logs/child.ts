/**
 * A command of this group as a process. What such commands load is named here, where the runtime finds it without a
 * permission to read it.
 *
 * @module
 */
import { runChild } from "../run_child.ts";

if (import.meta.main) {
  await runChild(async () => {
    const [{ LOGS }] = await Promise.all([
      import("./group.ts"),
      import("./report.ts"),
      import("./targets.ts"),
      import("./parse_log_file.ts"),
      import("./parse_into.ts"),
      import("./parse_in_parts.ts"),
      import("../../files/mod.ts"),
      import("../../log_parser/mod.ts"),
    ]);
    return { logs: LOGS };
  });
}
