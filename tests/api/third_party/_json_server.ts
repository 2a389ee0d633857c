/**
 * A REST server of other people's making, in a process of its own: json-server with 57 items behind `?_page`,
 * `?_start` and a `Link` header. Each third request is turned away or cut off before json-server sees it.
 *
 * Prints its port when it listens; runs until it is killed.
 *
 * @module
 */

// Not a literal in the import: nobody but this process is to download it, and no lockfile is to name it.
const PACKAGE = "npm:json-server@0.17.4";

interface Answer {
  readonly socket: { destroy(): void };
  writeHead(status: number, headers: Record<string, string>): Answer;
  write(text: string): void;
  end(text?: string): void;
}

type Middleware = (request: unknown, answer: Answer, next: () => void) => void;

interface App {
  use(middleware: unknown): void;
  listen(port: number, host: string, ready: (this: { address(): { port: number } }) => void): void;
}

interface JsonServer {
  create(): App;
  router(data: Record<string, unknown[]>): unknown;
}

function faults(): Middleware {
  let count = 0;
  return (_, answer, next) => {
    count++;
    if (count % 3 !== 0) return next();
    if (count % 2 === 0) return answer.writeHead(503, { "Retry-After": "2" }).end();
    answer.writeHead(200, { "Content-Type": "application/json", "Content-Length": "4000" });
    answer.write('[{"id":666},');
    setTimeout(() => answer.socket.destroy(), 5);
  };
}

const { default: jsonServer } = await import(PACKAGE) as { default: JsonServer };
const items = Array.from({ length: 57 }, (_, n) => ({ id: n + 1, name: `item ${n + 1}` }));
const app = jsonServer.create();
app.use(faults());
app.use(jsonServer.router({ items }));
app.listen(0, "127.0.0.1", function () {
  console.log(this.address().port);
});
