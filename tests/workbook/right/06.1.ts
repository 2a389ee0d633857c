import type { Subject } from "../../../notebooks/exercises/06/06.1_right_order/check.ts";
import type { Batch, Lake } from "../../../notebooks/exercises/06/06.1_right_order/stub.ts";

/** What is left to do of a batch. */
async function rest(lake: Lake, { run, files }: Batch): Promise<void> {
  const staged = await Promise.all(files.map((file) => lake.isStaged(file)));
  for (const [i, file] of files.entries()) if (staged[i]) await lake.move(file);
  await lake.name({ run, files });
  await lake.done(run);
}

/** The steps as data. */
async function* stepsOf(lake: Lake, batch: Batch): AsyncGenerator<() => Promise<void>> {
  for (const file of batch.files) {
    if (await lake.isStaged(file)) yield () => lake.move(file);
  }
  yield () => lake.name(batch);
  yield () => lake.done(batch.run);
}

class Publisher {
  readonly #lake: Lake;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  async begin(batch: Batch): Promise<void> {
    await this.#lake.promise(batch);
    await this.goOn();
  }

  async goOn(): Promise<void> {
    const [batch] = await this.#lake.promised();
    if (batch === undefined) return;
    await rest(this.#lake, batch);
    await this.goOn();
  }
}

function moveFrom(lake: Lake, [first, ...others]: readonly string[]): Promise<void> {
  if (first === undefined) return Promise.resolve();
  return lake.isStaged(first).then((is) => is ? lake.move(first) : undefined)
    .then(() => moveFrom(lake, others));
}

async function publishThen(lake: Lake, batch: Batch, then: (lake: Lake) => Promise<void>) {
  await lake.promise(batch);
  await then(lake);
}

async function recoverAll(lake: Lake): Promise<void> {
  for (const batch of await lake.promised()) await rest(lake, batch);
}

/** Unusual, and right. */
export const right: Record<string, Subject> = {
  "recovery is all there is": {
    publish: (lake, batch) => publishThen(lake, batch, recoverAll),
    recover: recoverAll,
  },
  "moves side by side": {
    async publish(lake, batch) {
      await lake.promise(batch);
      await Promise.all(batch.files.map((file) => lake.move(file)));
      await lake.name(batch);
      await lake.done(batch.run);
    },
    async recover(lake) {
      await Promise.all((await lake.promised()).map((batch) => rest(lake, batch)));
    },
  },
  "a chain": {
    publish: (lake, batch) =>
      lake.promise(batch).then(() => moveFrom(lake, batch.files)).then(() => lake.name(batch))
        .then(() => lake.done(batch.run)),
    recover: (lake) =>
      lake.promised().then((all) =>
        all.reduce(
          (before, batch) =>
            before.then(() => moveFrom(lake, batch.files)).then(() => lake.name(batch))
              .then(() => lake.done(batch.run)),
          Promise.resolve(),
        )
      ),
  },
  "a class": {
    publish: (lake, batch) => new Publisher(lake).begin(batch),
    recover: (lake) => new Publisher(lake).goOn(),
  },
  "steps from a generator": {
    async publish(lake, batch) {
      await lake.promise(batch);
      for await (const step of stepsOf(lake, batch)) await step();
    },
    async recover(lake) {
      for (const batch of await lake.promised()) {
        for await (const step of stepsOf(lake, batch)) await step();
      }
    },
  },
  "the last file first": {
    async publish(lake, batch) {
      await lake.promise(batch);
      for (const file of batch.files.toReversed()) await lake.move(file);
      await lake.name(batch);
      await lake.done(batch.run);
    },
    async recover(lake) {
      for (const batch of await lake.promised()) {
        await rest(lake, { ...batch, files: batch.files.toReversed() });
      }
    },
  },
  "tries to move, and takes what was moved for moved": {
    async publish(lake, batch) {
      await lake.promise(batch);
      await rest(lake, batch);
    },
    async recover(lake) {
      for (const { run, files } of await lake.promised()) {
        for (const file of files) {
          await lake.move(file).catch((error) => {
            if (!/not in staging/.test(error.message)) throw error;
          });
        }
        await lake.name({ run, files });
        await lake.done(run);
      }
    },
  },
  "names again, in case": {
    async publish(lake, batch) {
      await lake.promise(batch);
      await rest(lake, batch);
      await lake.name(batch);
    },
    async recover(lake) {
      const open = await lake.promised();
      for (const batch of open) {
        for (const file of batch.files) if (await lake.isStaged(file)) await lake.move(file);
      }
      for (const batch of open) await lake.name(batch);
      for (const { run } of open) await lake.done(run);
    },
  },
};
