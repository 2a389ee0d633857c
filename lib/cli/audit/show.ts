import { join } from "node:path";
import type { Row } from "../../db/mod.ts";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import type { Receipt } from "../../pipeline/mod.ts";
import { asTyped, escapeLine, jsonDocument, pathWord } from "../../terminal/mod.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { stateOf } from "../inputs.ts";
import {
  AUDIT_FLAG,
  candidates,
  checkRun,
  databaseOf,
  DEFAULT_LIMIT,
  type Listing,
  logFolderOf,
  LOGS_FLAG,
  openNamed,
  select,
  show,
} from "./_listing.ts";
import { FILES } from "./files.ts";
import { REJECTS } from "./rejects.ts";
import { RUNS } from "./runs.ts";
import { STREAMS } from "./streams.ts";

/** What its process touched, by the receipt that the launcher has it write. */
const RECEIPT: Pick<Listing, "table" | "optional"> = {
  table: "accesses",
  optional: [],
};

interface ShowFlags {
  readonly audit: string | undefined;
  readonly logs: string | undefined;
}

/** `headwaters audit show RUN` */
export const auditShow = defineCommand({
  spec: {
    name: "",
    meaning: "Show one run: its streams, files and rejects, and what its process touched",
    words: { RUN: "Id of the run, as `audit runs` lists it" },
    flags: {
      audit: AUDIT_FLAG,
      logs: LOGS_FLAG,
      json: { type: "boolean", meaning: "Print one JSON document" },
    },
    examples: {
      "headwaters audit show 01M8BMFR9QQGGDTCW8NMYAT2P8": "all that is known of one run",
    },
  },
  access({ words: [run = ""], flags }, cwd) {
    const receipt = receiptOf(flags, cwd, run);
    return {
      databases: candidates(flags.audit, cwd),
      ...(stateOf(receipt) === undefined ? {} : { read: [receipt] }),
    };
  },
  async run({ words: [run = ""], flags }, context) {
    const path = databaseOf(flags.audit, context.cwd);
    using db = await openNamed(path);
    checkRun(db, run);
    const about = { run, limit: DEFAULT_LIMIT };
    const found = [RUNS, STREAMS, FILES, REJECTS].map((listing) => ({
      listing,
      selection: select(db, listing, about),
    }));
    const place = receiptOf(flags, context.cwd, run);
    const receipt = readReceipt(place);
    if (flags.json) {
      const lists = found.map(({ listing, selection }) => [listing.table, selection.rows]);
      context.write(jsonDocument({
        audit: path,
        ...Object.fromEntries(lists),
        receipt: receipt ?? null,
      }));
      return EXIT_CODES.complete;
    }
    for (const { listing, selection } of found) {
      const words = `audit ${listing.table} --run ${run} --limit ${selection.total}`;
      const of = flags.audit === undefined ? "" : ` -a ${pathWord(flags.audit)}`;
      const more = `${asTyped(`headwaters ${words}`, context.cwd)}${of} lists them`;
      if (selection.total > 0) section(listing, selection, context, more);
      else if (selection.unknown !== undefined) context.tell(`${selection.unknown}\n\n`);
      if (listing === STREAMS) showErrors(selection.rows, context);
    }
    showReceipt(receipt, place, context);
    return EXIT_CODES.complete;
  },
});

function section(
  listing: Pick<Listing, "table" | "optional">,
  selection: { readonly rows: readonly Row[]; readonly total: number },
  context: CommandContext,
  more = "",
): void {
  context.write(`${context.style.bold(listing.table)}\n`);
  show(listing, selection, context, more);
  context.write("\n");
}

/** What a code stands for here; no table of 80 columns has room for it. */
function showErrors(rows: readonly Row[], context: CommandContext): void {
  const failed = rows.filter(({ error_message }) => error_message !== null);
  for (const { source, stream, error_message } of failed) {
    context.write(`${escapeLine(`${source}.${stream}: ${error_message}`)}\n`);
  }
  if (failed.length > 0) context.write("\n");
}

function showReceipt(receipt: Receipt | undefined, path: string, context: CommandContext): void {
  if (receipt === undefined) {
    return context.tell(`No receipt: there is no "${path}"; --logs names another folder\n`);
  }
  const rows = accessesOf(receipt);
  section(RECEIPT, { rows, total: rows.length }, context);
  if (receipt.refused_more > 0) {
    context.tell(`Further accesses that were refused: ${receipt.refused_more}\n`);
  }
}

/** Refused ones first; an entry of the plan that was not used has none. */
function accessesOf({ planned, touched, refused }: Receipt): Row[] {
  const used = new Set(touched.map(({ permission, place }) => `${permission} ${place}`));
  const unused = Object.entries<readonly string[]>({ ...planned }).flatMap(([permission, places]) =>
    places.filter((place) => !used.has(`${permission} ${place}`))
      .map((place) => ({ permission, place, accesses: 0 }))
  );
  return [
    // Some things, such as a symbolic link, take the right to all of a kind.
    ...refused.map((one) => ({ outcome: "refused", ...one, place: one.place || "(all)" })),
    ...[...touched, ...unused].map((one) => ({ outcome: "allowed", ...one })),
  ];
}

function receiptOf(flags: ShowFlags, cwd: string, run: string): string {
  return join(logFolderOf(flags, cwd), `${run}.receipt.json`);
}

/** One that was missing when the command began is not among what it may read. */
function readReceipt(path: string): Receipt | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    const { NotCapable, NotFound } = Deno.errors;
    if (error instanceof NotCapable || error instanceof NotFound) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError("usage", `Cannot read receipt "${path}": ${reason}; look at the file`);
  }
}
