import type {
  Db,
  Delivered,
  Message,
} from "../../../notebooks/exercises/03/03.3_run_it_twice/stub.ts";
import type { Subject } from "../../../notebooks/exercises/03/03.3_run_it_twice/check.ts";

type Deliver = Subject["deliver"];
/** What became of one message. */
type Take = (db: Pick<Db, "run" | "all">, message: Message) => keyof Delivered;

const INSERT = "INSERT INTO orders VALUES (?, ?, ?)";
const UPDATE = "UPDATE orders SET version = ?, status = ? WHERE id = ?";

function versionOf(db: Pick<Db, "all">, id: string): number | undefined {
  return db.all<Message>("SELECT version FROM orders WHERE id = ?", [id]).at(0)?.version;
}

const TAKES = {
  looksFirst(db, { id, version, status }) {
    const there = versionOf(db, id);
    if (there === undefined) {
      db.run(INSERT, [id, version, status]);
      return "stored";
    }
    if (version <= there) return "duplicates";
    db.run(UPDATE, [version, status, id]);
    return "replaced";
  },
  updatesFirst({ run }, { id, version, status }) {
    if (run(`${UPDATE} AND version < ?`, [version, status, id, version]) > 0) return "replaced";
    const sql = "INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
    return run(sql, [id, version, status]) > 0 ? "stored" : "duplicates";
  },
  deletesWhatIsOlder(db, { id, version, status }) {
    const older = db.run("DELETE FROM orders WHERE id = ? AND version < ?", [id, version]);
    if (versionOf(db, id) !== undefined) return "duplicates";
    db.run(INSERT, [id, version, status]);
    return older > 0 ? "replaced" : "stored";
  },
  saysWhatItReturned(db, { id, version, status }) {
    const before = versionOf(db, id);
    const after = db.all(
      `INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE
         SET (version, status) = (excluded.version, excluded.status) WHERE version < excluded.version
       RETURNING version`,
      [id, version, status],
    );
    if (after.length === 0) return "duplicates";
    return before === undefined ? "stored" : "replaced";
  },
} satisfies Record<string, Take>;

function by(take: Take): Deliver {
  return (db, messages) =>
    db.transaction(() => {
      const taken = messages.map((message) => take(db, message));
      const count = (wanted: keyof Delivered) => taken.filter((one) => one === wanted).length;
      return {
        stored: count("stored"),
        replaced: count("replaced"),
        duplicates: count("duplicates"),
      };
    });
}

/** The newest of each order first; the others of the call are duplicates. */
function newestOnly(db: Db, messages: readonly Message[]): Delivered {
  const newest = new Map<string, Message>();
  for (const message of messages) {
    const other = newest.get(message.id);
    if (other === undefined || message.version > other.version) newest.set(message.id, message);
  }
  const { stored, replaced, duplicates } = by(TAKES.looksFirst)(db, [...newest.values()]);
  return { stored, replaced, duplicates: duplicates + messages.length - newest.size };
}

/** The whole table of those orders is read once. */
function readsOnce(db: Db, messages: readonly Message[]): Delivered {
  return db.transaction(() => {
    const known = new Map(
      db.all<Message>("SELECT id, version FROM orders").map(({ id, version }) => [id, version]),
    );
    let [stored, replaced] = [0, 0];
    for (const { id, version, status } of messages) {
      const there = known.get(id);
      if (there !== undefined && version <= there) continue;
      known.set(id, version);
      if (there === undefined) stored += db.run(INSERT, [id, version, status]);
      else replaced += db.run(UPDATE, [version, status, id]);
    }
    return { stored, replaced, duplicates: messages.length - stored - replaced };
  });
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "looks first": { deliver: by(TAKES.looksFirst) },
  "updates first": { deliver: by(TAKES.updatesFirst) },
  "deletes what is older": { deliver: by(TAKES.deletesWhatIsOlder) },
  "RETURNING": { deliver: by(TAKES.saysWhatItReturned) },
  "the newest of each order of a call": { deliver: newestOnly },
  "what is there, read once": { deliver: readsOnce },
  "asynchronous around a synchronous transaction": {
    deliver: (async (db: Db, messages: readonly Message[]) => {
      await Promise.resolve();
      return readsOnce(db, messages);
    }) as unknown as Deliver,
  },
  "refuses a message without a status itself": {
    deliver: (db, messages) => {
      const bad = messages.find(({ status }) => status === null);
      if (bad !== undefined) throw new TypeError(`Cannot take order "${bad.id}": no status`);
      return by(TAKES.updatesFirst)(db, messages);
    },
  },
};
