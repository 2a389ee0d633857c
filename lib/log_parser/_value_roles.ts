import { type NumberRole, numberRole } from "./_header_numbers.ts";

/** What a piece of a header names; `source` is a place in the code, `context` all that has no column of its own. */
type NameRole = "thread" | "logger" | "source" | "context";

/** What a piece of a header is. */
export type Role = NameRole | NumberRole;

/** What the values of one place in all lines are. */
export interface Vote {
  readonly role: Role;
  /** Nearly all of them show it: one that looks like something else is no exception. */
  readonly isSure: boolean;
}

/** A longer text names nothing. */
export const MOST_NAME = 128;
/** Names of threads that no number or sign marks. */
const KNOWN_THREAD =
  /^(?:main|MainThread|restartedMain|background-preinit|initandlisten|Finalizer|Signal Dispatcher|Reference Handler|DestroyJavaVM|Service Thread|\w+ShutdownHook|ET_[A-Z]+ \d+|ThreadId\(\d+\)|tokio-(?:runtime|rt)-worker|\.NET [\w -]+)$/;
/** `Server thread`, `eventHandlingThread`; `IndexRotationThread` is a class. */
const ENDS_IN_THREAD = /(?:^|[\d _.-])[Tt]hread$|^[a-z]\w*Thread$/;
/** Words of which the names of threads are made, if a number or another word is next to them. */
const THREAD_WORD =
  /(?:^|[^A-Za-z])(?:thread|worker|pool|exec|executor|dispatch|dispatcher|event-?loop|epoll|scheduler|scheduling|timer|reactor|selector|acceptor|listener|handler|task|consumer|producer|nio|xnio|ajp|https?|rpc|io|stripe|utility|reaper|housekeeper|allocator|processor|launcher|heartbeating|startStop|main|async|asyncio|parallel|container|event)(?:[^A-Za-z]|$)|[a-z](?:Thread|Worker|Pool|Executor|Dispatcher|Processor|Launcher|Listener|Handler|Writer|Reader|Renewer|EventLoop|Stage|Factory|Elastic|Scheduler|startStop)[-_# \d]|^(?:qtp|Thread|Timer|Dummy|Worker|conn|hz\.)[-_#[]?\d/i;
/** A number behind a sign or at the end. */
const NUMBERED = /[-_#@/]\d|[A-Za-z]\d+$/;
/** Several words, but not a sentence, of which the last or the second is one of these. */
const WORDY =
  /^(?=\S+(?: \S+){1,4}$)[A-Z][\w:.-]* (?:\w+ )?(?:thread|worker|pool|dispatcher|event handler|scheduler|timer|handler|reaper|housekeeper|adder|allocator|processor|launcher|heartbeating to \S+|Reader #\d+.*)$/i;
/** `Caesium-1-1`, `User Authenticator #1`; codes such as `BEA-101` are all capitals. */
const NUMBERED_NAME = /^[A-Z][a-z]\w*(?:-\d+){1,3}$|^[A-Z][\w -]* #\d+$|\[T#\d+\]$/;
/** A list, a host with its domain, an address and a pair name no thread. */
const NO_THREAD =
  /,|^[\da-f.:-]+$|^\w+=|^[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|local|internal|lan|corp)$/i;
/** Servers of Java put pairs and addresses into the names of their threads. */
const JAVA_THREAD =
  /^(?:RpcServer\.|QuorumPeer\[|\w+(?:Thread|Processor):\d|NIOServerCxn|regionserver\/|RMI |ActiveMQ Transport:|IPC Server |Socket Reader #|ServerService Thread Pool)/;
/** A name of several words with dots or colons between. */
const DOTTED = /^[A-Za-z_$][\w$]*(?:(?:\.|::)[A-Za-z_$<][\w$<>*-]*)+(?:[#.][\w$<>]+)?(?:\/\w*)?:?$/;
const CAMEL = /^[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*$/;
const PLACE =
  /^(?:[\w.@-]+[/\\])*[\w.$+-]+\.(?:go|py|rb|js|ts|java|kt|scala|rs|c|cc|cpp|cxx|h|hpp|php|cs|erl|ex|inl)(?:[:(]\d+\)?(?::\S*)?)?$/;
const DOMAIN = /^[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|local|internal|lan|corp)$/;
const WORD = /^[A-Za-z][A-Za-z_-]* ?$/;

const DIGITS = /^\d{1,10}$/;

/** Share of the different values that show what all are, if no other says otherwise; that are nearly all; and of names among words. */
const SHOWN = 0.5;
const MOST = 0.8;
const SOME = 0.2;

/** Whether a text can only be the name of a thread. */
export function isThread(text: string): boolean {
  if (text.length > MOST_NAME) return false;
  if (KNOWN_THREAD.test(text) || JAVA_THREAD.test(text) || ENDS_IN_THREAD.test(text)) return true;
  if (NO_THREAD.test(text) || isPlace(text) || DOTTED.test(text) && !/[-_#]\d+$/.test(text)) {
    return false;
  }
  if (text.includes(" ") && WORDY.test(text)) return true;
  return NUMBERED_NAME.test(text) || NUMBERED.test(text) && THREAD_WORD.test(text);
}

/** Whether a text is the name of a logger: of a package, module or class with signs between its words. */
export function isLogger(text: string): boolean {
  return text.length <= MOST_NAME && DOTTED.test(text) && !DOMAIN.test(text) && !isPlace(text);
}

/** Whether a text is a place in the code: `main.go:12`. */
export function isPlace(text: string): boolean {
  return text.length <= MOST_NAME && PLACE.test(text);
}

/** What one text alone shows; `undefined`: nothing. */
export function roleOf(text: string): NameRole | undefined {
  if (isThread(text)) return "thread";
  if (isPlace(text)) return "source";
  return isLogger(text) ? "logger" : undefined;
}

/** What all values of one place show. */
export function voteOf(values: Iterable<string>): Vote {
  const count = { thread: 0, logger: 0, source: 0, context: 0, camel: 0, word: 0 };
  const different = new Set(values);
  different.delete("");
  // A pipeline, a module and a component may be called "main" as well.
  if (different.size > 1 && different.delete("main") && ![...different].some(isThread)) {
    different.add("main ");
  }
  for (const text of different) {
    const role = roleOf(text);
    if (role !== undefined) count[role]++;
    else if (text.length > MOST_NAME) count.context++;
    else if (CAMEL.test(text)) count.camel++;
    else if (WORD.test(text)) count.word++;
    else count.context++;
  }
  const all = different.size;
  const named = count.logger + count.camel;
  // A single word, like the name of a single class, may be a thread's, a host's or a product's as well.
  const isNames = named + count.word === all && named >= all * SOME &&
    (count.logger > 0 || named > 1);
  const isMain = all === 1 && different.has("main");
  const least = all * SHOWN;
  for (
    const [role, votes, others] of [
      ["thread", count.thread, named + count.source],
      ["logger", isNames ? all : count.logger, count.thread + count.source],
      ["source", count.source, count.thread + named],
    ] as const
  ) {
    if (votes > 0 && votes >= least && votes >= others * 2) {
      return { role, isSure: !isMain && (votes >= all * MOST || others === 0) };
    }
  }
  return { role: "context", isSure: count.thread + count.logger + count.source === 0 };
}

/** What nearly all values of a column are. */
export function sureRole(values: readonly string[]): Role | undefined {
  const named = values.filter((text) => !DIGITS.test(text));
  if (named.length > 0) {
    const { role, isSure } = voteOf(named);
    // Threads without a name have a number.
    return isSure && (role === "thread" || named.length > values.length / 2) ? role : undefined;
  }
  return numberRole(values) ?? "context";
}
