/**
 * A GraphQL server of other people's making, in a process of its own: GraphQL Yoga with a connection of 57 items
 * (`first`, `after`). Each fourth query meets an error in a resolver, reported inside a 200: by turns of the whole
 * connection, and of one node in the middle of it.
 *
 * Prints its port when it listens; runs until it is killed.
 *
 * @module
 */

// Not a literal in the import: nobody but this process is to download it, and no lockfile is to name it.
const PACKAGE = "npm:graphql-yoga@5.24.1";

interface Yoga {
  createSchema(definition: { typeDefs: string; resolvers: unknown }): unknown;
  createYoga(options: { schema: unknown; logging: boolean }): {
    fetch(request: Request): Promise<Response>;
  };
}

const TOTAL = 57;
const TYPES = `
  type Item { id: Int!, name: String! }
  type Edge { cursor: String!, node: Item }
  type PageInfo { endCursor: String, hasNextPage: Boolean! }
  type Connection { totalCount: Int!, edges: [Edge!]!, pageInfo: PageInfo! }
  type Query { items(first: Int!, after: String): Connection }
`;

function cursor(id: number): string {
  return btoa(`after:${id}`);
}

let queries = 0;

function items(_: unknown, { first, after }: { first: number; after?: string }): unknown {
  queries++;
  if (queries % 8 === 4) throw new Error("the resolver is out of sorts");
  const broken = queries % 8 === 0;
  const start = after === undefined || after === null ? 0 : Number(atob(after).split(":")[1]);
  const end = Math.min(start + first, TOTAL);
  const ids = Array.from({ length: end - start }, (_, n) => start + n + 1);
  const node = (id: number) => () => {
    if (broken && id === start + 2) throw new Error("one node is out of sorts");
    return { id, name: `item ${id}` };
  };
  return {
    totalCount: TOTAL,
    edges: ids.map((id) => ({ cursor: cursor(id), node: node(id) })),
    pageInfo: { endCursor: cursor(end), hasNextPage: end < TOTAL },
  };
}

const { createSchema, createYoga } = await import(PACKAGE) as Yoga;
const schema = createSchema({ typeDefs: TYPES, resolvers: { Query: { items } } });
const yoga = createYoga({ schema, logging: false });
const settings = {
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }: Deno.NetAddr) => console.log(port),
};
Deno.serve(settings, (request) => yoga.fetch(request));
