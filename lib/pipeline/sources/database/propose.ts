import {
  completeKey,
  openTables,
  parseTableAddress,
  type TableColumn,
  type Tables,
} from "../../../db/mod.ts";
import { DatabaseError } from "../../../errors/mod.ts";
import { Secret } from "../../../secrets/mod.ts";
import { countOf } from "../../../terminal/mod.ts";
import {
  nameFrom,
  type Proposal,
  type ProposalTarget,
  type ProposedKeys,
  type ProposedQuestion,
} from "../../proposal.ts";

/** Tables that are proposed at most. */
const MOST_TABLES = 50;

/** Proposes a stream for each table of a database; of each, the first page is read. */
export async function proposeDatabase(target: ProposalTarget): Promise<Proposal[]> {
  const { text, path, shown, secretEnv, signal } = target;
  const address = path === undefined
    ? parseTableAddress(text)
    : { engine: "sqlite" as const, path };
  const secret = secretEnv === undefined
    ? undefined
    : new Secret(Deno.env.get(secretEnv) ?? "", secretEnv);
  await using tables = await openTables(address, {
    ...(secret === undefined ? {} : { password: () => secret.reveal() }),
  });
  const names = await tables.names(MOST_TABLES + 1);
  const streams: ProposedKeys[] = [];
  for (const name of names.slice(0, MOST_TABLES)) {
    signal.throwIfAborted();
    streams.push(await proposeTable(tables, name));
  }
  const questions = names.length > MOST_TABLES
    ? [{ ask: `There are more than ${MOST_TABLES} tables; which others are wanted?`, keys: {} }]
    : [];
  const database = shown === undefined ? text : `sqlite:${shown}`;
  const base = address.engine === "sqlite" ? address.path.split(/[\\/]/).at(-1) : address.database;
  return [{
    keys: {
      name: nameFrom(base?.replace(/\.\w+$/, "") ?? "", "database"),
      type: "database",
      database,
      ...(secretEnv === undefined ? {} : { password: `\${${secretEnv}}` }),
    },
    questions,
    // One that cannot be read is a question.
    streams: streams.toSorted((a, b) =>
      Number(Object.keys(a.keys).length === 0) - Number(Object.keys(b.keys).length === 0)
    ),
  }];
}

/** Only times have a distance that a lag can be. */
function followQuestion({ name, cursor }: TableColumn): ProposedQuestion {
  const isTime = cursor !== undefined && cursor !== "number" && cursor !== "text";
  const late = isTime ? "no later than lag" : "never to a smaller value than another row has";
  return {
    ask: `Does "${name}" change with each row, and ${late}? Then only new rows are read.`,
    keys: {
      incremental: { column: name, ...(isTime ? { lag: cursor === "date" ? "1d" : "10m" } : {}) },
    },
  };
}

async function proposeTable(tables: Tables, table: string): Promise<ProposedKeys> {
  const keys = { name: nameFrom(table, "rows"), table };
  try {
    const found = await tables.describe(table);
    const key = completeKey(found, []);
    const pages = tables.read({ table: found });
    const page = await pages.next();
    await pages.return(undefined as never);
    const rows = page.done ? 0 : page.value.rows;
    const column = found.columns.find(({ name, cursor }) =>
      cursor !== undefined && /updat|modif|chang/i.test(name)
    );
    return {
      keys,
      seen: [`seen: the first ${countOf(rows, "row")} in the order of ${key.join(", ")}`],
      questions: column === undefined ? [] : [followQuestion(column)],
    };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "database-statement") throw error;
    const { message } = error;
    return { keys: {}, questions: [{ ask: `Table "${table}" was left out: ${message}`, keys }] };
  }
}
