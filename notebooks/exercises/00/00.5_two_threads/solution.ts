/**
 * Waiting is not work. A hundred requests can wait on one thread, since none of them needs it until its answer is there; a thread for
 * each would cost memory and gain nothing. Computing is work: while a digest runs, no other line of this thread does, no
 * timer, no answer to a health check. So the fetches stay here and overlap, and the digests go to the worker.
 *
 * One worker, started once. It is busy all the time, and a second one would only help if digests took longer than fetches and there
 * were a core for it. A worker for each part pays the start of a thread each time.
 *
 * A lane takes a part from its fetch to its digest, and only then the next one. So `limit` bounds what is on its way and what waits
 * for the worker together. With a limit on fetches alone, parts pile up in front of a slow worker, and memory grows with their number.
 *
 * After a failure no lane takes another part: the result is lost anyway, and the server has done nothing wrong. The worker is
 * closed in a finally block, since a thread that nobody closes keeps the process alive.
 *
 * @module
 */
/** A second thread that digests; it does one part at a time. */
export interface DigestWorker {
  /** Computes on the second thread. */
  digest(bytes: Uint8Array): Promise<string>;
  /** Ends the thread. */
  close(): void;
}

/** Everything outside: replaced by a fake in a test. */
export interface Tools {
  /** Fetches a part: waits, and computes next to nothing. */
  fetchPart(name: string): Promise<Uint8Array>;
  /** Computes on this thread: nothing else runs meanwhile, no timer, no heartbeat. */
  digestHere(bytes: Uint8Array): string;
  /** Starts a second thread, which costs time and memory. */
  startWorker(): DigestWorker;
}

/** Fetches parts and returns their digests, in the order of the names. */
export async function digestParts(
  names: readonly string[],
  tools: Tools,
  limit: number,
): Promise<string[]> {
  if (names.length === 0) return [];
  const worker = tools.startWorker();
  const digests: string[] = [];
  const queue = names.entries();
  let failed = false;
  async function lane(): Promise<void> {
    for (const [index, name] of queue) {
      if (failed) return;
      const bytes = await tools.fetchPart(name);
      digests[index] = await worker.digest(bytes);
    }
  }
  const stop = (error: unknown) => {
    failed = true;
    throw error;
  };
  try {
    await Promise.all(Array.from({ length: limit }, () => lane().catch(stop)));
    return digests;
  } finally {
    worker.close();
  }
}
