import type { Disk } from "../../../notebooks/exercises/02/02.4_half_file/stub.ts";

type Publish = (disk: Disk, name: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>;

/** With a flag in a finally. */
async function withFinally(
  disk: Disk,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `.${name}`;
  let isWhole = false;
  try {
    await disk.create(temporary);
    for await (const chunk of chunks) await disk.append(temporary, chunk);
    await disk.flush(temporary);
    await disk.rename(temporary, name);
    isWhole = true;
    await disk.flushFolder();
  } finally {
    if (!isWhole) await disk.remove(temporary).catch(() => {});
  }
}

/** Everything in memory first: a small file may be. */
async function collected(
  disk: Disk,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const all = await Array.fromAsync(chunks);
  const temporary = `${name}.part`;
  await disk.create(temporary);
  for (const chunk of all) await disk.append(temporary, chunk);
  await disk.flush(temporary);
  await disk.rename(temporary, name);
  await disk.flushFolder();
}

/** A chain of promises. */
function chained(disk: Disk, name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${name}~`;
  return disk.create(temporary)
    .then(async () => {
      for await (const chunk of chunks) await disk.append(temporary, chunk);
      await disk.flush(temporary);
    })
    .catch(async (error) => {
      await disk.remove(temporary);
      throw error;
    })
    .then(() => disk.rename(temporary, name))
    .then(() => disk.flushFolder());
}

/** A resource that cleans up unless it was kept. */
class Draft implements AsyncDisposable {
  readonly #disk: Disk;
  readonly name: string;
  #kept = false;

  constructor(disk: Disk, name: string) {
    this.#disk = disk;
    this.name = name;
  }

  async keepAs(name: string): Promise<void> {
    await this.#disk.flush(this.name);
    await this.#disk.rename(this.name, name);
    this.#kept = true;
    await this.#disk.flushFolder();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#kept) await this.#disk.remove(this.name).catch(() => {});
  }
}

async function disposed(
  disk: Disk,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await using draft = new Draft(disk, `${name}.draft`);
  await disk.create(draft.name);
  for await (const chunk of chunks) await disk.append(draft.name, chunk);
  await draft.keepAs(name);
}

/** Steps as data. */
async function steps(disk: Disk, name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${name}.new`;
  const write = async () => {
    for await (const chunk of chunks) await disk.append(temporary, chunk);
  };
  const list = [() => disk.create(temporary), write, () => disk.flush(temporary)];
  for (const step of list) {
    try {
      await step();
    } catch (error) {
      await disk.remove(temporary).catch(() => {});
      throw error;
    }
  }
  await disk.rename(temporary, name);
  await disk.flushFolder();
}

/** Flushes more often than needed. */
async function careful(disk: Disk, name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${name}.tmp`;
  await disk.create(temporary);
  await disk.flushFolder();
  try {
    for await (const chunk of chunks) {
      await disk.append(temporary, chunk);
      await disk.flush(temporary);
    }
    await disk.flush(temporary);
  } catch (error) {
    await disk.remove(temporary);
    await disk.flushFolder();
    throw error;
  }
  await disk.rename(temporary, name);
  await disk.flushFolder();
}

/** Right solutions of forms that a learner may well choose. */
export const right = {
  "a flag and finally": { publish: withFinally },
  "all in memory first": { publish: collected },
  "a chain of promises": { publish: chained },
  "a resource that cleans up": { publish: disposed },
  "steps as data": { publish: steps },
  "more flushes than needed": { publish: careful },
  "an error of its own, with a cause": {
    publish: (...args: Parameters<Publish>) =>
      withFinally(...args).catch((cause) => {
        throw new Error("Cannot publish", { cause });
      }),
  },
  "the iterator by hand": {
    async publish(disk: Disk, name: string, chunks: AsyncIterable<Uint8Array>) {
      const temporary = `${name}.0`;
      await disk.create(temporary);
      const iterator = chunks[Symbol.asyncIterator]();
      try {
        for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
          await disk.append(temporary, step.value);
        }
      } catch (error) {
        await disk.remove(temporary);
        throw error;
      }
      await disk.flush(temporary);
      await disk.rename(temporary, name);
      await disk.flushFolder();
    },
  },
};
