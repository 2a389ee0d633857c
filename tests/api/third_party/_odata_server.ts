/**
 * An OData service of other people's making, in a process of its own: simple-odata-server over 57 items.
 *
 * Prints its port when it listens; runs until it is killed.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// Not a literal in the import: nobody but this process is to download it, and no lockfile is to name it.
const PACKAGE = "npm:simple-odata-server@1.2.2";
const { default: odata } = await import(PACKAGE);

interface Query {
  readonly $skip?: number;
  readonly $limit?: number;
}

const items = Array.from({ length: 57 }, (_, n) => ({ id: n + 1, name: `item ${n + 1}` }));
const handler = odata("http://127.0.0.1").model({
  namespace: "shop",
  entityTypes: {
    Item: { id: { type: "Edm.Int32", key: true }, name: { type: "Edm.String" } },
  },
  entitySets: { items: { entityType: "shop.Item" } },
}).query((
  _set: string,
  { $skip = 0, $limit = items.length }: Query,
  _request: unknown,
  done: (error: null, result: unknown) => void,
) => done(null, { value: items.slice($skip, $skip + $limit), count: items.length }));
const server = createServer((request, response) => handler.handle(request, response));
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
