import { hashOf } from "../../../audit/mod.ts";

const encoder = new TextEncoder();

/** Returns the cursor value of a record of the boundary. */
export function cursorIn(record: string): number | string {
  const [cursor] = JSON.parse(record) as [number | string, string];
  return cursor;
}

/** Returns the keys of records that an earlier release published: it kept them without their version. */
export function keysWithoutVersion(published: ReadonlySet<string>): Set<string> {
  const keys = [...published].map((record) => JSON.parse(record) as readonly string[]);
  return new Set(keys.filter(({ length }) => length === 2).map(([, key = ""]) => key));
}

/** Returns the versions of records, by which they are known under another key, or with none, too. */
export function versionsIn(published: ReadonlySet<string>): Set<string> {
  return new Set(Array.from(published, (record) => {
    const [, key = "", version] = JSON.parse(record) as readonly [unknown, string?, string?];
    return version ?? hashOf(encoder.encode(key)).toString("base64");
  }));
}
