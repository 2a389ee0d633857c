/**
 * A CouchDB-like database of other people's making, in a process of its own: PouchDB behind express-pouchdb, with 57
 * items in the database `items`, and the same with a view of them by number in `viewed`.
 *
 * Prints its port when it listens; runs until it is killed.
 *
 * @module
 */

// Not literals in the imports: nobody but this process is to download them, and no lockfile is to name them.
const PACKAGES = [
  "npm:express@4.21.2",
  "npm:pouchdb-core@9.0.0",
  "npm:pouchdb-adapter-memory@9.0.0",
  "npm:pouchdb-mapreduce@9.0.0",
  "npm:express-pouchdb@4.2.0",
];
const [express, PouchDB, memory, mapreduce, pouchApp] = await Promise.all(PACKAGES.map(load));

// deno-lint-ignore no-explicit-any -- the packages have no types
async function load(name: string): Promise<any> {
  return (await import(name)).default;
}

const Database = PouchDB.plugin(memory).plugin(mapreduce).defaults({ adapter: "memory" });
const app = express();
app.use("/", pouchApp(Database, { mode: "minimumForPouchDB", inMemoryConfig: true }));
const docs = Array.from({ length: 57 }, (_, n) => ({
  _id: `i${n + 1}`,
  number: n + 1,
  name: `item ${n + 1}`,
}));
await new Database("items").bulkDocs(docs);
const view = { map: "function (doc) { emit(doc.number, doc.name); }" };
await new Database("viewed").bulkDocs([...docs, { _id: "_design/by", views: { number: view } }]);
app.listen(0, "127.0.0.1", function (this: { address(): { port: number } }) {
  console.log(this.address().port);
});
