import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import {
  type ContentDecision,
  decideContent,
  decideFile,
  type DecideFileOptions,
  type FileDecision,
  type FileEntry,
  FileMemory,
  hashFile,
  type KnownFile,
} from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

const OLD = { acceptance: "old" } as const;
const NEW = { acceptance: "new" } as const;

function known(path: string, sha256: string, more: Partial<KnownFile> = {}): KnownFile {
  const defaults = { bytes: 1, mtimeMs: 1000, version: 1, verdict: "published", sameRun: false };
  return { path, sha256, acceptance: "old", ...defaults, ...more } as KnownFile;
}

function rejected(path: string, sha256: string, more: Partial<KnownFile> = {}): KnownFile {
  return known(path, sha256, { ...more, verdict: "rejected" });
}

function duplicate(path: string, sha256: string, more: Partial<KnownFile> = {}): KnownFile {
  return known(path, sha256, { ...more, verdict: "duplicate" });
}

function decide(
  path: string,
  sha256: string,
  files: readonly KnownFile[],
  options: { readonly acceptance: string } = OLD,
): ContentDecision {
  return decideContent(path, { sha256, size: 1 }, {
    known: new FileMemory(files, { replaces: true }),
    ...options,
  });
}

const A1 = known("a.csv", "x");
const A2 = known("a.csv", "y", { version: 2 });
const BAD = rejected("a.csv", "x");
const BAD2 = rejected("a.csv", "y", { version: 2 });
const content = { sha256: "x", size: 1, version: 1 };

for (
  const [what, decision, expected] of [
    ["is new when nothing is known", decide("a.csv", "x", []), { kind: "new", ...content }],
    ["is touched when its own content was published", decide("a.csv", "x", [A1], NEW), {
      kind: "touched",
      known: A1,
    }],
    ["is a new version that supersedes the published one", decide("a.csv", "z", [A1]), {
      ...{ kind: "new-version", sha256: "z", size: 1, version: 2, supersedes: A1 },
    }],
    [
      "supersedes the published version, not the rejected one after it",
      decide("a.csv", "z", [
        ...[A1, BAD2],
      ]),
      { kind: "new-version", sha256: "z", size: 1, version: 3, supersedes: A1 },
    ],
    ["supersedes nothing when no version was published", decide("a.csv", "y", [BAD]), {
      ...{ kind: "new-version", sha256: "y", size: 1, version: 2, supersedes: null },
    }],
    ["is a new version when it is an old one again", decide("a.csv", "x", [A1, A2]), {
      ...{ kind: "new-version", ...content, version: 3, supersedes: A2 },
    }],
    ["is touched when a rejected version is taken back", decide("a.csv", "x", [A1, BAD2]), {
      kind: "touched",
      known: A1,
    }],
    ["is a duplicate of a published file", decide("b.csv", "x", [A1], NEW), {
      ...{ kind: "duplicate", ...content, of: A1 },
    }],
    ["is a duplicate as a later version", decide("b.csv", "x", [A1, known("b.csv", "y")]), {
      ...{ kind: "duplicate", ...content, version: 2, of: A1 },
    }],
    ["is new when the same content was superseded", decide("b.csv", "x", [A1, A2]), {
      ...{ kind: "new", ...content },
    }],
    ["stays rejected under the same keys", decide("a.csv", "x", [BAD]), {
      kind: "touched",
      known: BAD,
    }],
    ["stays rejected under another name", decide("b.CSV", "x", [BAD]), {
      ...{ kind: "still-rejected", ...content, like: BAD },
    }],
    [
      "stays rejected when a rejected version is back",
      decide("a.csv", "x", [
        ...[BAD, A2],
      ]),
      { kind: "still-rejected", ...content, version: 3, like: BAD },
    ],
    ["is new under a name that says another format", decide("a.csv.gz", "x", [BAD]), {
      ...{ kind: "new", ...content },
    }],
    ["is looked at again under other keys", decide("a.csv", "x", [BAD], NEW), {
      ...{ kind: "retry", ...content, version: 2, known: BAD, supersedes: null },
    }],
    [
      "supersedes the version before when it is looked at again",
      decide("a.csv", "y", [
        ...[A1, BAD2],
      ], NEW),
      { kind: "retry", sha256: "y", size: 1, version: 3, known: BAD2, supersedes: A1 },
    ],
    [
      "is new, no duplicate, when renamed after a rejection under other keys",
      decide("b.csv", "x", [
        BAD,
      ], NEW),
      { kind: "new", ...content },
    ],
    [
      "is a duplicate of the published one, not of the rejected one",
      decide("c.csv", "x", [
        ...[known("b.csv", "x"), BAD],
      ]),
      { kind: "duplicate", ...content, of: known("b.csv", "x") },
    ],
    [
      "is looked at again when it was called a duplicate of a rejected file",
      decide("b.csv", "x", [
        ...[BAD, duplicate("b.csv", "x")],
      ], NEW),
      {
        ...{ kind: "retry", ...content, version: 2, supersedes: null },
        known: duplicate("b.csv", "x"),
      },
    ],
  ] as const
) {
  Deno.test(`decideContent(): a file ${what}`, () => assertEquals<unknown>(decision, expected));
}

async function decideOn(
  entry: FileEntry,
  files: readonly KnownFile[],
  options: Partial<DecideFileOptions> = {},
): Promise<FileDecision> {
  return await decideFile(entry, new FileMemory(files, { replaces: true }), { ...OLD, ...options });
}

/** Writes a file and returns how the database knows it. */
async function write(
  folder: TempFolder,
  path: string,
  text: string,
): Promise<{ entry: FileEntry; sha256: string; file: KnownFile }> {
  const entry = folder.write(path, text);
  const { sha256, size } = await hashFile(entry.absolutePath);
  const file = known(path, sha256, { bytes: size, mtimeMs: entry.mtimeMs });
  return { entry, sha256, file };
}

Deno.test("decideFile() takes a new file with its hash", ON_DISK, async () => {
  using folder = new TempFolder();
  const { entry, sha256 } = await write(folder, "a.csv", "a\n1\n");
  assertEquals(await decideOn(entry, []), { kind: "new", sha256, size: 4, version: 1 });
});

Deno.test(
  "decideFile() leaves it to who takes a file in whether it is as listed, and to nobody else",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const { entry, sha256, file } = await write(folder, "a.csv", "a\n1\n");
    Deno.utimeSync(entry.absolutePath, 1, 1);
    const later = { isCheckedLater: true };
    const fresh = { kind: "new", sha256, size: 4, version: 1 } as const;
    assertEquals(await decideOn(entry, [], later), fresh);
    const waits = { kind: "waiting", reason: "changing" } as const;
    const twin = { ...file, path: "b.csv" };
    for (
      const known of [twin, { ...twin, verdict: "rejected" } as const, { ...file, mtimeMs: 5 }]
    ) {
      assertEquals(await decideOn(entry, [known], later), waits);
    }
    Deno.writeTextFileSync(`${entry.absolutePath}.ok`, "");
    const announced = { ...later, announcedBy: "{name}.ok" };
    assertEquals(await decideOn(entry, [], announced), waits);
  },
);

Deno.test("decideFile() reads nothing when path, size and time are known", ON_DISK, async () => {
  using folder = new TempFolder();
  const { entry, file } = await write(folder, "a.csv", "a\n1\n");
  Deno.removeSync(entry.absolutePath);
  for (const verdict of ["published", "rejected"] as const) {
    const last = { ...file, verdict };
    // A file whose verdict is known need not grow old either.
    const options = { minAgeMs: 10_000, now: () => entry.mtimeMs };
    assertEquals(await decideOn(entry, [last], options), { kind: "unchanged", known: last });
  }
  const twin = { ...file, path: "b.csv" };
  const copy = { ...file, verdict: "duplicate" } as const;
  assertEquals(await decideOn(entry, [twin, copy]), { kind: "unchanged", known: copy });
  assertEquals(await decideOn(entry, [{ ...file, verdict: "rejected" }], NEW), {
    ...{ kind: "waiting", reason: "vanished" },
  });
});

Deno.test("decideFile() notes a new time when the content is as before", ON_DISK, async () => {
  using folder = new TempFolder();
  const { entry, file } = await write(folder, "a.csv", "a\n1\n");
  const last = { ...file, mtimeMs: 1 };
  assertEquals(await decideOn(entry, [last]), { kind: "touched", known: last });
});

for (
  const [what, ages, minAgeMs, waits] of [
    ["is younger than the limit", { mtimeMs: -9_999, ctimeMs: -99_999 }, 10_000, true],
    ["is as old as the limit", { mtimeMs: -10_000, ctimeMs: 0 }, 10_000, false],
    ["is young, where any age is whole", { mtimeMs: 0, ctimeMs: 0 }, 0, false],
    [
      "is dated in the future and was just written",
      {
        mtimeMs: 9e9,
        ctimeMs: -5_000,
      },
      10_000,
      true,
    ],
    [
      "is dated in the future and was written long ago",
      {
        mtimeMs: 9e9,
        ctimeMs: -10_000,
      },
      10_000,
      false,
    ],
    ["is dated in the future by its file system", { mtimeMs: 60_000, ctimeMs: 60_000 }, 1, true],
    ["is dated in the future and has no other time", { mtimeMs: 9e9, ctimeMs: null }, 1, false],
    ["is dated in the future, where any age is whole", { mtimeMs: 9e9, ctimeMs: 9e9 }, 0, false],
  ] as const
) {
  Deno.test(
    `decideFile() ${waits ? "waits" : "does not wait"} when a file ${what}`,
    ON_DISK,
    async () => {
      using folder = new TempFolder();
      const now = Math.trunc(Date.now() / 1000) * 1000;
      const { absolutePath } = folder.write("a.csv", "a\n1\n");
      Deno.utimeSync(absolutePath, new Date(now), new Date(now + ages.mtimeMs));
      const ctimeMs = ages.ctimeMs === null ? null : now + ages.ctimeMs;
      const { size, mtime, ino } = Deno.statSync(absolutePath);
      const mtimeMs = mtime?.getTime() ?? 0;
      const entry = { path: "a.csv", absolutePath, size, mtimeMs, ctimeMs, inode: ino };
      const decision = await decideOn(entry, [], { minAgeMs, now: () => now });
      if (waits) assertEquals(decision, { kind: "waiting", reason: "too-young" });
      else assertEquals(decision.kind, "new");
    },
  );
}

for (
  const [what, change, reason] of [
    [
      "grows",
      (path: string) => Deno.writeTextFileSync(path, "2\n", { append: true }),
      "changing",
    ],
    ["is touched", (path: string) => Deno.utimeSync(path, 1000, 1000), "changing"],
    ["is replaced by an equal one", (path: string) => {
      const { mtime } = Deno.statSync(path);
      Deno.copyFileSync(path, `${path}.new`);
      Deno.utimeSync(`${path}.new`, mtime ?? 0, mtime ?? 0);
      Deno.renameSync(`${path}.new`, path);
    }, "changing"],
    ["vanishes", (path: string) => Deno.removeSync(path), "vanished"],
  ] as const
) {
  const ignore = ON_DISK.ignore || (Deno.build.os === "windows" && what.startsWith("is replaced"));
  Deno.test(`decideFile() waits when a file ${what} after it was listed`, { ignore }, async () => {
    using folder = new TempFolder();
    const { entry } = await write(folder, "a.csv", "a\n1\n");
    change(entry.absolutePath);
    assertEquals(await decideOn(entry, []), { kind: "waiting", reason });
  });
}

Deno.test(
  "decideFile() gives no verdict on what cannot be read, and does not throw",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    Deno.mkdirSync(folder.at("a.csv"));
    const absolutePath = folder.at("a.csv");
    const entry = { ...folder.write("b.csv", ""), path: "a.csv", absolutePath };
    const decision = await decideOn(entry, []);
    assert(decision.kind === "unreadable", decision.kind);
    assertEquals(decision.problem.code, "file-unreadable");
    assertEquals(decision.problem.place, { source: "a.csv" });
  },
);

Deno.test("decideFile() stops when it is told to", ON_DISK, async () => {
  using folder = new TempFolder();
  const signal = AbortSignal.abort(new Error("enough"));
  const entry = folder.write("a.csv", "a\n1\n");
  await assertRejects(() => decideOn(entry, [], { signal }), Error, "enough");
});

/** Whether a content is accepted under given keys; "g" is good under all of them. */
function isAccepted(sha256: string, acceptance: string): boolean {
  return sha256 === "g" || sha256 === "h" || sha256 === acceptance;
}

/** One run over a folder: asks for each file, judges what is to be judged, and remembers. */
function run(
  folder: ReadonlyMap<string, string>,
  memory: FileMemory,
  acceptance: string,
): string[] {
  return [...folder].toSorted().map(([path, sha256]) => {
    const decision = decideContent(path, { sha256, size: 1 }, { known: memory, acceptance });
    if (decision.kind === "touched") return "touched";
    const verdict = decision.kind === "duplicate"
      ? "duplicate"
      : decision.kind !== "still-rejected" && isAccepted(sha256, acceptance)
      ? "published"
      : "rejected";
    memory.add(known(path, sha256, { version: decision.version, verdict, acceptance }));
    return verdict;
  });
}

for (const replaces of [false, true]) {
  const what = replaces ? "replace" : "add to";
  Deno.test(`decideContent() shows each good content once when versions ${what} each other`, () => {
    const path = fc.constantFrom("a.csv", "b.csv", "c.csv");
    const sha256 = fc.constantFrom("g", "h", "old", "new");
    const change = fc.record({ path, sha256: fc.option(sha256) });
    const night = fc.record({
      changes: fc.array(change, { maxLength: 3 }),
      acceptance: fc.constantFrom("old", "new"),
    });
    fc.assert(fc.property(fc.array(night, { maxLength: 6 }), (nights) => {
      const memory = new FileMemory([], { replaces });
      const folder = new Map<string, string>();
      for (const { changes, acceptance } of nights) {
        for (const { path, sha256 } of changes) {
          if (sha256 === null) folder.delete(path);
          else folder.set(path, sha256);
        }
        run(folder, memory, acceptance);
        // A file that comes after its duplicate may be superseded, once for each file at most.
        for (let i = 0; replaces && i < folder.size; i++) run(folder, memory, acceptance);
        for (const sha256 of ["g", "h", "old", "new"]) {
          const count = memory.visible(sha256).length;
          const present = [...folder.values()].includes(sha256);
          assert(count <= 1, `${sha256} is there ${count} times`);
          if (present && isAccepted(sha256, acceptance)) assertEquals([sha256, count], [sha256, 1]);
        }
        const again = run(folder, memory, acceptance);
        assertEquals(again, again.map(() => "touched"), "one more run decides nothing new");
      }
    }));
  });
}

Deno.test("decideContent() is a duplicate of its own earlier version when readers see all", () => {
  const memory = new FileMemory([A1, A2]);
  assertEquals(decideContent("a.csv", { sha256: "x", size: 1 }, { known: memory, ...OLD }), {
    ...{ kind: "duplicate", ...content, version: 3, of: A1 },
  });
});

Deno.test({
  name: "decideFile() asks for the newest version of a path once",
  ...ON_DISK,
  async fn() {
    using folder = new TempFolder();
    const memory = new FileMemory([known("a.csv", "x")]);
    const asked: string[] = [];
    const latest = memory.latest.bind(memory);
    memory.latest = (path) => (asked.push(path), latest(path));
    const { kind } = await decideFile(folder.write("a.csv", "id\n"), memory, OLD);
    assertEquals([kind, asked], ["new-version", ["a.csv"]]);
  },
});
