import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "swallowed": {
    means: "You swallowed the error: an empty result looks like a night without orders",
    think: "What does the caller get when the file cannot be read, and what will they make of it?",
  },
  "cause-lost": {
    means: "You threw a new error and let the old one go: nobody will know what really happened",
    think: "What is the second parameter of new Error() for?",
  },
  "cause-as-text": {
    means: "You kept the cause as a text: its class, code, stack and its own causes are gone",
    think: "What can a program still do with a text, that it could do with the error?",
  },
  "no-context": {
    means: "You passed the error on without what this layer knows: which file, and which step",
    think: "With 200 files a night, which of them does your message mean?",
  },
  "both-steps": {
    means: "You named both steps each time: the message does not say which of them failed",
    think: "Reading and parsing fail for different reasons. Where do you still know which it was?",
  },
  "first-only": {
    means: "Your chain ends too early: the bottom, which explains it, is not shown",
    think: "How deep may a chain be, and what tells you that there is no more?",
  },
  "errors-only": {
    means: "You left out a cause that is no Error: anything can be thrown",
    think: 'What does "cause" in error say, and what does error.cause instanceof Error leave out?',
  },
  "one-of-many": {
    means: "You left out the errors of an AggregateError: of ten tries that failed, none is shown",
    think: "Where does an AggregateError keep what is behind it?",
  },
  "endless": {
    means: "You walk in circles: an error may lead back to itself",
    think: "What do you remember of the errors that you have shown already?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["loadOrders", "chainOf"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "orders are read and parsed",
      task: "`loadOrders(path, tools)` reads a file and parses it: `tools.parse(await",
      test: reads,
    },
    {
      name: "an error names file and step, and has its cause as it was thrown",
      task: "`loadOrders(path, tools)` reads a file and parses it: `tools.parse(await",
      test: wraps,
    },
    {
      name: "a chain is shown to its bottom, whatever was thrown",
      task: "behind an error comes its `cause`, if it has one. A cause of `undefined`",
      test: chains,
    },
    {
      name: "an AggregateError has all its errors behind it",
      task: "an `AggregateError` has several errors behind it: each with its own chain,",
      test: aggregates,
    },
    {
      name: "an error that leads back to itself ends the chain",
      task: "an error that was seen already (one may be its own cause) ends its branch.",
      test: circles,
    },
  ],
};

async function reads({ loadOrders }: Subject): Promise<void> {
  const tools = {
    read: (path: string) => Promise.resolve(`${path}!`),
    parse: (text: string) => [text],
  };
  const found = await loadOrders("a.json", tools);
  if (JSON.stringify(found) !== '["a.json!"]') throw unexpected(`got ${JSON.stringify(found)}`);
}

async function wraps({ loadOrders }: Subject): Promise<void> {
  const messages = new Map<string, string>();
  for (const step of ["read", "parse"] as const) {
    for (const thrown of [new TypeError("no space left on device"), "a text"]) {
      const seen = `${step} threw ${String(thrown)}`;
      const error = await caught(loadOrders, step, thrown);
      if (error === undefined) throw wrong("swallowed", seen);
      if (error === thrown) throw wrong("no-context", `${seen}: it came out as it was`);
      if (!(error instanceof Error)) throw unexpected(`${seen}: threw ${String(error)}`);
      const { message } = error;
      if (!message.includes("in/a.json") || !message.includes(step)) {
        throw wrong("no-context", `${seen}: the message is "${message}"`);
      }
      const other = messages.get(String(thrown));
      if (other === message) {
        throw wrong("both-steps", `whichever step fails, the message is "${message}"`);
      }
      messages.set(String(thrown), message);
      if (error.cause === thrown) continue;
      const isText = message.includes("no space") || typeof error.cause === "string";
      throw wrong(
        isText ? "cause-as-text" : "cause-lost",
        `${seen}: cause is ${String(error.cause)}`,
      );
    }
  }
}

async function caught(loadOrders: Subject["loadOrders"], step: string, thrown: unknown) {
  let calls = 0;
  const act = (name: string) => {
    calls++;
    if (name === step) throw thrown;
  };
  const tools = {
    read: (path: string) => Promise.resolve().then(() => (act("read"), path)),
    parse: () => (act("parse"), []),
  };
  try {
    await loadOrders("in/a.json", tools);
    return undefined;
  } catch (error) {
    // An error of the learner's own (the stub's among them) came before anything was called.
    if (calls === 0) throw error;
    return error;
  }
}

function chains({ chainOf }: Subject): void {
  const bottom = new Error("no space left on device");
  const middle = new Error("Cannot write", { cause: bottom });
  demand(chainOf, new Error("one"), ["one"], "first-only");
  demand(chainOf, new Error("Cannot load", { cause: middle }), [
    "Cannot load",
    "Cannot write",
    "no space left on device",
  ], "first-only");
  demand(chainOf, new Error("outer", { cause: "a text" }), ["outer", "a text"], "errors-only");
  demand(chainOf, new Error("outer", { cause: undefined }), ["outer", "undefined"], "errors-only");
  demand(chainOf, "just a text", ["just a text"], "errors-only");
}

function aggregates({ chainOf }: Subject): void {
  const first = new Error("replica 1", { cause: new Error("refused") });
  const all = new AggregateError([first, "replica 2"], "all replicas failed", {
    cause: new Error("network down"),
  });
  const wanted = ["all replicas failed", "replica 1", "refused", "replica 2", "network down"];
  demand(chainOf, all, wanted, "one-of-many");
}

function circles({ chainOf }: Subject): void {
  const error = new Error("a");
  const other = new Error("b", { cause: error });
  error.cause = other;
  let found: string[];
  try {
    found = chainOf(error);
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw wrong("endless", "a is caused by b, b by a: it never ends");
    }
    throw thrown;
  }
  if (found.join() !== "a,b") throw unexpected(`a is caused by b, b by a: ${found.join(", ")}`);
}

function demand(
  chainOf: Subject["chainOf"],
  error: unknown,
  wanted: readonly string[],
  mistake: keyof typeof MISTAKES,
): void {
  const found = chainOf(error);
  if (found.join("|") === wanted.join("|")) return;
  const seen = `${found.join(" <- ")}; wanted ${wanted.join(" <- ")}`;
  throw found.length < wanted.length ? wrong(mistake, seen) : unexpected(seen);
}

if (import.meta.main) await checkProcess(check);
