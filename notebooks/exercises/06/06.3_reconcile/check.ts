import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Disk, Publication } from "./stub.ts";

/** The learner's module. */
export type Subject = Pick<typeof import("./stub.ts"), "reconcile">;

/** What many get wrong here. */
const MISTAKES = {
  "reads-again": {
    means: "You take back what had been moved before the kill: it is published a second time",
    think: "Between which two steps was the run killed, if its file is in the lake?",
  },
  "moves-torn": {
    means: "You move what is half: readers get a file that ends in the middle of a line",
    think: "What does a name say about the bytes?",
  },
  "hides-damage": {
    means:
      "You mend in silence what was published and is gone: a disk loses files, and nobody knows",
    think: "Can a kill have done this?",
  },
  "trusts-names": {
    means: "You take a file for published because something has its name",
    think: "What would tell you that it is the same file?",
  },
  "overwrites": {
    means: "You put a file over one that somebody else has put there",
    think: "Whose are the bytes in the lake, if they are not ours?",
  },
  "leaves-staging": {
    means: "You leave what dead runs have staged: the disk is full after a month",
    think: "Who will ever ask for it?",
  },
  "deletes-strangers": {
    means: "You delete from the lake what you do not know: it was another team's",
    think: "Which of the two folders is yours alone?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
function sha(name: string): string {
  return `${name}-whole`;
}

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["reconcile"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "has nothing to do when all is right",
      task: "`published` | in the lake, with its hash | nothing",
      test: right,
    },
    {
      name: "goes forward with what was intended",
      task: "`intended` | staged, with its hash | `move`",
      test: intended,
    },
    {
      name: "takes back what has lost its bytes",
      task:
        "`intended` | neither; or staged, with another hash | `take-back`: it is to be read again",
      test: lost,
    },
    {
      name: "stops at what was published and is not there as it was",
      task: "`published` | not in the lake, or with another hash | `stop`: a person has to know",
      test: damage,
    },
    {
      name: "puts nothing over a stranger's file",
      task: "`intended` | in the lake, with another hash | `stop`: that file is somebody else's",
      test: stranger,
    },
    {
      name: "sweeps staging and leaves the lake alone",
      task: "nothing | staged | `sweep`: a dead run has left it",
      test: sweeps,
    },
    {
      name: "does all of it at once, one thing for a path",
      task: "Write `reconcile(publications, disk)`. A publication is `{ path, sha256,",
      test: together,
    },
  ],
};

function publication(path: string, status: Publication["status"]): Publication {
  return { path, sha256: sha(path), status };
}

/** What is said of one path. */
function said({ reconcile }: Subject, one: Publication, disk: Partial<Disk>): string {
  const actions = reconcile([one], { staged: {}, lake: {}, ...disk });
  return actions.map((action) => action.do).join(" and ") || "nothing";
}

function right({ reconcile }: Subject): void {
  const actions = reconcile([publication("a.gz", "published")], {
    staged: {},
    lake: { "a.gz": sha("a.gz") },
  });
  if (actions.length > 0) throw unexpected(`all is right, and it says ${JSON.stringify(actions)}`);
}

function intended(subject: Subject): void {
  const one = publication("a.gz", "intended");
  const moved = said(subject, one, { lake: { "a.gz": sha("a.gz") } });
  const seen = `of an intended file, which had been moved, it says ${moved}`;
  if (moved === "take-back") throw wrong("reads-again", seen);
  if (moved !== "confirm") throw unexpected(`${seen}, wanted confirm`);
  const staged = said(subject, one, { staged: { "a.gz": sha("a.gz") } });
  if (staged !== "move") throw unexpected(`of an intended file that is staged, it says ${staged}`);
}

function lost(subject: Subject): void {
  const one = publication("a.gz", "intended");
  const torn = said(subject, one, { staged: { "a.gz": "half" } });
  const seen = `of an intended file, half of whose bytes are staged, it says ${torn}`;
  if (torn === "move") throw wrong("moves-torn", seen);
  if (torn !== "take-back") throw unexpected(`${seen}, wanted take-back`);
  const gone = said(subject, one, {});
  if (gone !== "take-back") {
    throw unexpected(`of an intended file that is nowhere, it says ${gone}`);
  }
}

function damage(subject: Subject): void {
  const one = publication("a.gz", "published");
  const gone = said(subject, one, {});
  if (gone !== "stop") {
    throw wrong("hides-damage", `of a published file that is missing, it says ${gone}`);
  }
  const other = said(subject, one, { lake: { "a.gz": "other" } });
  if (other !== "stop") {
    throw wrong(
      "trusts-names",
      `of a published file in whose place is one of other bytes, it says ${other}`,
    );
  }
}

function stranger(subject: Subject): void {
  const one = publication("a.gz", "intended");
  const found = said(subject, one, { staged: { "a.gz": sha("a.gz") }, lake: { "a.gz": "other" } });
  if (found === "stop") return;
  throw wrong(
    "overwrites",
    `of a file that has somebody else's file in the lake, it says ${found}`,
  );
}

function sweeps({ reconcile }: Subject): void {
  const disk = { staged: { "left.gz": "x" }, lake: { "stranger.gz": "y" } };
  const actions = reconcile([], disk);
  const touched = actions.find(({ path }) => path === "stranger.gz");
  if (touched !== undefined) {
    throw wrong("deletes-strangers", `nobody published stranger.gz, and it says ${touched.do}`);
  }
  if (!actions.some((one) => one.do === "sweep" && one.path === "left.gz")) {
    throw wrong("leaves-staging", "left.gz is staged for nobody, and it stays");
  }
}

function together({ reconcile }: Subject): void {
  const actions = reconcile(
    [
      publication("a", "published"),
      publication("b", "intended"),
      publication("c", "intended"),
      publication("d", "intended"),
      publication("e", "published"),
    ],
    { staged: { b: sha("b"), f: "x" }, lake: { a: sha("a"), c: sha("c"), g: "y" } },
  );
  const found = actions.map((one) => `${one.path} ${one.do}`).sort().join(", ");
  const wanted = "b move, c confirm, d take-back, e stop, f sweep";
  if (found !== wanted) throw unexpected(`it says "${found}", wanted "${wanted}"`);
}

if (import.meta.main) await checkProcess(check);
