import { openAudit } from "../../lib/audit/mod.ts";
import { valueAt } from "../../lib/grammar/mod.ts";
import { type LiveStream, liveStreams } from "../../lib/lake/mod.ts";
import type { StructType } from "../../lib/schema/mod.ts";
import type { HostileLake } from "./_hostile_lake.ts";
import { comparable, parseWritten, readManifests } from "./_rows.ts";

/** Rows of each view in the form in which they are compared. */
export type ViewRows = Readonly<Record<string, readonly string[]>>;

/** Returns what the views of a lake should show, by its manifests. */
export function wantedRows(world: HostileLake): ViewRows {
  return Object.fromEntries(
    liveOf(world).flatMap((stream) => {
      const { name, shown, primaryKey } = stream;
      const { lake, runs } = world.readable;
      const all = readManifests(lake, name).all.map((row) =>
        "snapshot" in row
          ? { ...row, snapshot: world.runs[runs.indexOf(String(row["snapshot"]))] }
          : renamed(row, name)
      );
      if (isText(stream)) {
        const records = all.map(({ dt, ...record }) => ({ record: textOf(record), dt }));
        return [[name, comparable(records, shown)]];
      }
      if (primaryKey.length === 0) return [[name, comparable(all, shown)]];
      const keyOf = (row: unknown) => JSON.stringify(primaryKey.map((path) => valueAt(row, path)));
      const latest = new Map(all.map((row) => [keyOf(row), row]));
      return [
        [name, comparable([...latest.values()], shown)],
        [`${name}.all`, comparable(all, shown)],
      ];
    }),
  );
}

/** Columns that a view must call otherwise: one of CSV is bound by its position, and no other has the new name. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "forms.forms": { ID: "ID_2_2" },
};

function renamed(row: Record<string, unknown>, stream: string): Record<string, unknown> {
  const names = RENAMED[stream] ?? {};
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [names[name] ?? name, value]),
  );
}

/**
 * Returns what an engine has shown, in the same form.
 *
 * @param lines JSON texts of the rows of each view.
 */
export function foundRows(
  world: HostileLake,
  lines: Readonly<Record<string, readonly string[]>>,
): ViewRows {
  const streams = liveOf(world);
  return Object.fromEntries(
    Object.entries(lines).map(([view, rows]) => {
      const stream = streams.find(({ name }) => name === view || `${name}.all` === view);
      if (stream === undefined) throw new Error(`no stream of view ${view}`);
      const records = rows.map((row) => parseWritten(row) as { record?: unknown });
      if (!isText(stream)) return [view, comparable(records, stream.shown)];
      const texts = records.map((row) => {
        const { record } = row;
        return {
          ...row,
          record: textOf(typeof record === "string" ? parseWritten(record) : record),
        };
      });
      return [view, comparable(texts, stream.shown)];
    }),
  );
}

/** Returns the names of the views that a lake should have. */
export function viewNames(world: HostileLake): string[] {
  return Object.keys(wantedRows(world));
}

/** Whether no schema can say what is in the records; in Parquet they are texts themselves. */
function isText({ schema }: LiveStream): boolean {
  return schema === undefined || schema.fields.every(({ name }) => name === "record");
}

/** A record as its text, without the spaces that engines may leave out, and in no order: Parquet keeps none. */
function textOf(record: unknown): string {
  return JSON.stringify(
    record,
    (_, value) =>
      Array.isArray(value) || typeof value !== "object" || value === null
        ? value
        : Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)),
  );
}

/** A stream, its name, and its columns with the partition. */
export type ShownStream = LiveStream & { readonly name: string; readonly shown: StructType };

/** Returns the streams of a lake. */
export function liveOf({ audit }: HostileLake): ShownStream[] {
  using db = openAudit(audit, { readOnly: true });
  return liveStreams(db).map((stream) => {
    const { source, stream: short, mode } = stream;
    const schema = stream.schema ?? { type: "struct", fields: [field("record")] };
    const partition = mode === "snapshot" ? "snapshot" : "dt";
    const hasIt = schema.fields.some(({ name }) => name === partition);
    const shown: StructType = hasIt ? schema : {
      ...schema,
      fields: [...schema.fields, field(partition, partition === "dt" ? "date" : "string")],
    };
    return { ...stream, name: `${source}.${short}`, shown };
  });
}

function field(name: string, type = "string") {
  return { name, type, nullable: true, metadata: {} };
}
