import {
  type Check,
  checkProcess,
  Mistake,
  mistakesOf,
  unexpected,
} from "../../../../lib/workbook/mod.ts";
import type { Settings, Sources } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "wrong-precedence": {
    means:
      "You let a source further away win: who types a flag at three in the morning must be heard",
    think:
      "In which order do you ask the sources, and do you stop at the first that says something?",
  },
  "zero-is-nothing": {
    means: 'You took 0 or false for "not given" and put the default in its place',
    think: 'Which operator asks "is it undefined or null", and which asks "is it falsy"?',
  },
  "text-false-is-true": {
    means: 'You took the text "false" for true: every text that is not empty is truthy',
    think: "Which words does the task accept, and what does Boolean() look at?",
  },
  "accepts-nonsense": {
    means:
      "You accepted a value that is not what the key needs: it will fail later, far from its cause",
    think:
      'What do Number(""), Number(" 1 ") and Number("0x10") answer? What should decide before the conversion?',
  },
  "falls-through": {
    means:
      "You passed over a value that is wrong and took the next source's: the person who mistyped the flag never hears of it",
    think:
      "What makes a source count as the one that has spoken: that its value is right, or that it is there?",
  },
  "keeps-text": {
    means: 'You returned a text, and a number or a truth value was promised: "10" < "9" is true',
    think: "What is the type of everything that comes from flags and environment?",
  },
  "nameless-error": {
    means: "Your error does not name the key: the person who reads it at night has to guess",
    think: "Which three things does a reader need to repair it without looking into the code?",
  },
  "no-origin": {
    means: "Your error does not say where the value came from: there are three places to look in",
    think: "At which line of your code do you still know which source gave the value?",
  },
  "one-at-a-time": {
    means: "You stop at the first wrong key: each typo costs one more run",
    think: "What would you have to do with a problem, instead of throwing it at once?",
  },
  "reads-the-world": {
    means:
      "Your function reads the environment, the command line or a file itself: it cannot be tested",
    think: "What is already in sources? The reading belongs to the caller",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const URL_ONLY = { url: "https://api.example/v1" };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readSettings"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "reads a file, with defaults for what it does not say",
      task: "Values come as text (`env`, `flags`) or as JSON values (`file`):",
      test: defaults,
    },
    {
      name: "a flag beats the environment, the environment beats the file",
      task: "Precedence: a flag beats the environment, the environment beats the file,",
      test: precedence,
    },
    {
      name: "text becomes numbers and truth values",
      task: "A number in a text is digits, with a dot among them at most: no blanks, no",
      test: texts,
    },
    {
      name: "0 and false are values, not gaps",
      task: "Precedence: a flag beats the environment, the environment beats the file,",
      test: falsyValues,
    },
    {
      name: "refuses what a key does not allow",
      task: "A number in a text is digits, with a dot among them at most: no blanks, no",
      test: refuses,
    },
    {
      name: "an error names key, value and origin",
      task: "Errors: throw one error, of whatever class, that names every wrong key,",
      test: names,
    },
    {
      name: "an error names all that is wrong at once",
      task: "Errors: throw one error, of whatever class, that names every wrong key,",
      test: allAtOnce,
    },
  ],
};

async function defaults(subject: Subject): Promise<void> {
  await same(subject, { file: URL_ONLY }, { ...URL_ONLY, retries: 3, timeout: 30, dryRun: false });
  const file = { url: "http://localhost:8000", retries: 5, timeout: 2.5, dryRun: true };
  await same(subject, { file }, file);
}

async function precedence(subject: Subject): Promise<void> {
  const at = (name: string) => ({ url: `https://${name}.example` });
  const rounds = [
    { given: { file: at("file"), env: at("env"), flags: at("flag") }, wanted: "flag" },
    { given: { file: at("file"), env: at("env") }, wanted: "env" },
    { given: { file: at("file"), flags: at("flag") }, wanted: "flag" },
  ];
  for (const { given, wanted } of rounds) {
    const { url } = await run(subject, given);
    if (sameUrl(url, at(wanted).url)) continue;
    throw wrong(
      "wrong-precedence",
      `url was given by ${Object.keys(given).join(", ")}: took ${url}, wanted ${at(wanted).url}`,
    );
  }
}

async function texts(subject: Subject): Promise<void> {
  const flags = { retries: "10", timeout: "1.5", dryRun: "true" };
  const found = await run(subject, { file: URL_ONLY, flags });
  for (const [key, wanted] of [["retries", 10], ["timeout", 1.5], ["dryRun", true]] as const) {
    if (found[key] === wanted) continue;
    const seen = `${key} "${flags[key]}" became ${JSON.stringify(found[key])}, wanted ${wanted}`;
    throw typeof found[key] === "string" ? wrong("keeps-text", seen) : unexpected(seen);
  }
  const { dryRun } = await run(subject, { file: URL_ONLY, env: { dryRun: "false" } });
  if (dryRun !== false) {
    throw wrong("text-false-is-true", `dryRun "false" became ${JSON.stringify(dryRun)}`);
  }
}

async function falsyValues(subject: Subject): Promise<void> {
  const rounds = [
    { given: { file: { ...URL_ONLY, retries: 0 } }, key: "retries", wanted: 0 },
    {
      given: { file: { ...URL_ONLY, retries: 5 }, env: { retries: "0" } },
      key: "retries",
      wanted: 0,
    },
    {
      given: { file: { ...URL_ONLY, dryRun: true }, flags: { dryRun: "false" } },
      key: "dryRun",
      wanted: false,
    },
  ] as const;
  for (const { given, key, wanted } of rounds) {
    const found = (await run(subject, given))[key];
    const seen = `${key} was given as ${wanted} and became ${JSON.stringify(found)}`;
    if (found !== wanted) throw wrong("zero-is-nothing", seen);
  }
}

async function refuses(subject: Subject): Promise<void> {
  const bad = {
    url: ["", "api.example", "ftp://api.example", "file:///etc/passwd"],
    retries: ["", " ", "three", "-1", "11", "1.5", "0x5", "Infinity"],
    timeout: ["", "0", "-5", "45s"],
    dryRun: ["", "yes", "1"],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      const found = await attempt(subject, { file: URL_ONLY, flags: { [key]: value } });
      if (found instanceof Error) continue;
      throw await acceptance(subject, { key: key as keyof Settings, value, found });
    }
  }
  const found = await attempt(subject, {});
  if (!(found instanceof Error)) {
    throw wrong("accepts-nonsense", "url was given by nobody, and no error came");
  }
}

/** Tells a wrong flag that was made something of from one that another source was taken for. */
async function acceptance(
  subject: Subject,
  { key, value, found }: {
    readonly key: keyof Settings;
    readonly value: string;
    readonly found: Settings;
  },
): Promise<Error> {
  const flag = `the flag ${key} ${JSON.stringify(value)}`;
  const files: Settings[] = [
    { url: "https://one.example", retries: 7, timeout: 77, dryRun: true },
    { url: "https://two.example", retries: 8, timeout: 78, dryRun: false },
  ];
  for (const file of files) {
    const settings = await attempt(subject, { file: { ...file }, flags: { [key]: value } });
    if (!(settings instanceof Error) && sameValue(settings[key], file[key])) continue;
    return wrong("accepts-nonsense", `${flag} became ${JSON.stringify(found[key])}`);
  }
  return wrong("falls-through", `${flag} was ignored, and the file's value taken`);
}

async function names(subject: Subject): Promise<void> {
  const rounds = [
    { given: { file: { ...URL_ONLY, retries: 99 } }, key: "retries", value: "99", origin: "file" },
    {
      given: { file: URL_ONLY, env: { timeout: "soon" } },
      key: "timeout",
      value: "soon",
      origin: "environment",
    },
    {
      given: { file: URL_ONLY, flags: { dryRun: "maybe" } },
      key: "dryRun",
      value: "maybe",
      origin: "flag",
    },
  ];
  for (const { given, key, value, origin } of rounds) {
    const error = await attempt(subject, given);
    if (!(error instanceof Error)) throw wrong("accepts-nonsense", `${key} ${value} was accepted`);
    const message = words(error);
    const seen = `${key} is ${value} in the ${origin}; the error says: ${message}`;
    if (!message.includes(key) || !message.includes(value)) throw wrong("nameless-error", seen);
    if (!message.toLowerCase().includes(origin)) throw wrong("no-origin", seen);
  }
}

async function allAtOnce(subject: Subject): Promise<void> {
  const error = await attempt(subject, {
    file: { retries: 99 },
    env: { timeout: "soon" },
    flags: { dryRun: "maybe" },
  });
  const message = error instanceof Error ? words(error) : "nothing";
  const missing = ["url", "retries", "timeout", "dryRun"].filter((key) => !message.includes(key));
  if (missing.length === 0) return;
  throw wrong(
    "one-at-a-time",
    `all four keys are wrong; the error does not name ${missing.join(", ")}: ${message}`,
  );
}

async function run({ readSettings }: Subject, given: Partial<Sources>): Promise<Settings> {
  try {
    return await readSettings({ file: {}, env: {}, flags: {}, ...given });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw wrong("reads-the-world", error.message);
    throw error;
  }
}

/** For inputs that must be refused: the refusal, of whatever class, or what came instead. */
async function attempt(subject: Subject, given: Partial<Sources>): Promise<Settings | Error> {
  try {
    return await run(subject, given);
  } catch (error) {
    if (error instanceof Error && !(error instanceof Mistake) && !isAccident(error)) return error;
    throw error;
  }
}

/** The stub refuses everything, and so does code that crashes; neither is a merit. */
function isAccident(error: Error): boolean {
  const builtIn = [TypeError, ReferenceError, RangeError, SyntaxError].some((type) =>
    error.constructor === type
  );
  const named = ["url", "retries", "timeout", "dryRun"].some((key) => words(error).includes(key));
  return error.message.startsWith("Not written yet") || builtIn && !named;
}

/** All that an error says; an `AggregateError` says it in its parts, and another one may in its cause. */
function words(error: Error): string {
  const parts = error instanceof AggregateError ? error.errors.map(String) : [];
  const cause = error.cause instanceof Error ? [error.cause.message] : [];
  return [error.message, ...parts, ...cause].join("; ");
}

async function same(
  subject: Subject,
  given: Partial<Sources>,
  wanted: Settings,
): Promise<void> {
  const found = await run(subject, given);
  for (const key of ["url", "retries", "timeout", "dryRun"] as const) {
    if (sameValue(found?.[key], wanted[key])) continue;
    throw unexpected(
      `${key} became ${JSON.stringify(found?.[key])}, wanted ${JSON.stringify(wanted[key])}`,
    );
  }
}

function sameValue(found: unknown, wanted: unknown): boolean {
  return found === wanted || typeof wanted === "string" && sameUrl(found, wanted);
}

/** The task does not say that the text is kept: an address may come back as the platform writes it. */
function sameUrl(found: unknown, wanted: string): boolean {
  return typeof found === "string" && URL.canParse(found) &&
    new URL(found).href === new URL(wanted).href;
}

if (import.meta.main) await checkProcess(check);
