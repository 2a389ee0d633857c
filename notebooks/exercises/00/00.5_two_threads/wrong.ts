import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "blocks-the-heartbeat",
    seen: "12 parts were digested here",
    replace: [["await worker.digest(bytes)", "tools.digestHere(bytes)"]],
  },
  {
    id: "one-after-another",
    seen: "limit: 4: one fetch was under way at a time",
    replace: [["{ length: limit }", "{ length: 1 }"]],
  },
  {
    id: "no-limit",
    seen: "limit: 4: up to 12 fetches were under way, and 12 parts held",
    replace: [["{ length: limit }", "{ length: names.length }"]],
  },
  {
    id: "piles-up",
    seen: "limit: 4: up to 4 fetches were under way, and 12 parts held",
    replace: [
      ["  let failed = false;", "  let failed = false;\n  const computing: Promise<void>[] = [];"],
      [
        "      digests[index] = await worker.digest(bytes);",
        "      computing.push(worker.digest(bytes).then((digest) => {\n        digests[index] = digest;\n      }, () => {}));",
      ],
      ["    return digests;", "    await Promise.all(computing);\n    return digests;"],
    ],
  },
  {
    id: "worker-per-part",
    seen: "12 parts: 12 workers started, 0 still running",
    replace: [
      ["  const worker = tools.startWorker();\n", ""],
      [
        "      digests[index] = await worker.digest(bytes);",
        "      const worker = tools.startWorker();\n      digests[index] = await worker.digest(bytes);\n      worker.close();",
      ],
      ["  } finally {\n    worker.close();\n  }", "  } finally {\n    failed = true;\n  }"],
    ],
  },
  {
    id: "worker-for-nothing",
    seen: "no names: a worker was started",
    replace: [["  if (names.length === 0) return [];\n", ""]],
  },
  {
    id: "leaves-worker",
    seen: "the fetch of part-6 failed: the worker is still running",
    replace: [
      ["    return digests;", "    worker.close();\n    return digests;"],
      ["  } finally {\n    worker.close();\n  }", "  } catch (error) {\n    throw error;\n  }"],
    ],
  },
  {
    id: "order-of-arrival",
    seen: "#part-4 #part-8 #part-9 #part-7 #part-11 #part-12 #part-10",
    replace: [[
      "digests[index] = await worker.digest(bytes);",
      "digests.push(await worker.digest(bytes));",
    ]],
  },
  {
    id: "goes-on-after-failure",
    seen: "the fetch of part-6 failed, then part-7, part-8, part-9 began",
    replace: [["      if (failed) return;\n", ""], ["    failed = true;\n", ""]],
  },
] as const satisfies readonly WrongSolution[];
