import { assertEquals, assertMatch } from "@std/assert";
import { granted } from "../_granted.ts";
import { LineFile, type LineTarget } from "../../lib/logging/mod.ts";

/** A file in memory that takes a few bytes a write, and a timer that fires when told to. */
class Fake implements LineTarget {
  readonly writes: string[] = [];
  readonly events: string[] = [];
  readonly delays: number[] = [];
  fire: (() => void) | undefined;
  most = Infinity;
  failure: Error | undefined;

  writeSync(bytes: Uint8Array): number {
    if (this.failure) throw this.failure;
    const part = bytes.subarray(0, this.most);
    this.writes.push(new TextDecoder().decode(part));
    return part.length;
  }
  sync(): Promise<void> {
    this.events.push("sync");
    return this.failure ? Promise.reject(this.failure) : Promise.resolve();
  }
  close(): void {
    this.events.push("close");
  }
  readonly schedule = (fn: () => void, ms: number): () => void => {
    this.delays.push(ms);
    this.fire = fn;
    return () => this.fire = undefined;
  };
}

function open(fake: Fake): { file: LineFile; failures: unknown[] } {
  const failures: unknown[] = [];
  const { schedule } = fake;
  return {
    file: new LineFile(fake, { onFailure: (error) => failures.push(error), schedule }),
    failures,
  };
}

Deno.test("LineFile writes once a flush and plans one flush a second", () => {
  const fake = new Fake();
  const { file } = open(fake);
  for (const line of ["a", "b", "c"]) file.append(line);
  assertEquals([fake.writes, fake.delays], [[], [1_000]]);
  fake.fire?.();
  assertEquals(fake.writes, ["a\nb\nc\n"]);
  file.append("d");
  assertEquals(fake.delays, [1_000, 1_000]);
});

Deno.test("LineFile flushes at once when much is buffered", () => {
  const fake = new Fake();
  const { file } = open(fake);
  file.append("x".repeat(1_000_000));
  assertEquals([fake.writes.length, fake.fire], [1, undefined]);
});

Deno.test("LineFile writes the rest when the system took only a part", () => {
  const fake = new Fake();
  fake.most = 2;
  const { file } = open(fake);
  file.append("abc");
  file.flush();
  assertEquals(fake.writes, ["ab", "c\n"]);
});

Deno.test("LineFile flushes, syncs and closes once when it is disposed of twice", async () => {
  const fake = new Fake();
  const { file } = open(fake);
  file.append("a");
  await file[Symbol.asyncDispose]();
  await file[Symbol.asyncDispose]();
  file.append("late");
  file.flush();
  assertEquals([fake.writes, fake.events, fake.fire], [["a\n"], ["sync", "close"], undefined]);
});

Deno.test("LineFile tells of a failed write once and drops later lines", async () => {
  const fake = new Fake();
  const { file, failures } = open(fake);
  fake.failure = new Error("no space");
  file.append("a");
  fake.fire?.();
  file.append("b");
  fake.failure = undefined;
  await file[Symbol.asyncDispose]();
  assertEquals([failures.length, fake.writes, fake.events], [1, [], ["close"]]);
});

Deno.test("LineFile closes when the sync fails", async () => {
  const fake = new Fake();
  const { file, failures } = open(fake);
  fake.failure = new Error("io");
  await file[Symbol.asyncDispose]();
  assertEquals([failures.length, fake.events], [1, ["sync", "close"]]);
});

Deno.test({
  name: "LineFile says at its end that the file was removed while it wrote",
  ignore: !granted("read", "write"),
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const failures: unknown[] = [];
    const file = LineFile.open(`${folder}/logs/run.jsonl`, {
      onFailure: (error) => failures.push(error),
    });
    file.append("a");
    file.flush();
    await Deno.remove(folder, { recursive: true });
    file.append("b");
    await file[Symbol.asyncDispose]();
    assertMatch(failures.join(), /^StorageError: Cannot find log file .+ removed or moved/);
  },
});
