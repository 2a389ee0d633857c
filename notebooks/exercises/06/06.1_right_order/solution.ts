/**
 * The promise comes first, and it is the decision: from then on there is only one way, forward. Without it a file in the lake
 * looks like one that a dead run has left, and the next run would have to guess.
 *
 * Naming comes after the last move: readers follow names, so that they see nothing or all. A folder whose content is "what
 * is in it" has no such moment.
 *
 * recover() is not another way of publishing, but the same one, begun in the middle. Each step either asks whether it has
 * happened (isStaged) or may happen twice (name). A kill during the recovery needs nothing else.
 *
 * done() is last. A promise that is struck off before it is kept was none.
 *
 * @module
 */
/** What one run publishes. */
export interface Batch {
  readonly run: string;
  readonly files: readonly string[];
}

/** A lake with its staging folder and its database; each step is durable once it is over. */
export interface Lake {
  promise(batch: Batch): Promise<void>;
  promised(): Promise<readonly Batch[]>;
  isStaged(file: string): Promise<boolean>;
  move(file: string): Promise<void>;
  name(batch: Batch): Promise<void>;
  done(run: string): Promise<void>;
}

/** Publishes a batch. */
export async function publish(lake: Lake, batch: Batch): Promise<void> {
  await lake.promise(batch);
  await keep(lake, batch);
}

/** Brings the lake and its database to one state. */
export async function recover(lake: Lake): Promise<void> {
  for (const batch of await lake.promised()) await keep(lake, batch);
}

async function keep(lake: Lake, batch: Batch): Promise<void> {
  for (const file of batch.files) {
    if (await lake.isStaged(file)) await lake.move(file);
  }
  await lake.name(batch);
  await lake.done(batch.run);
}
