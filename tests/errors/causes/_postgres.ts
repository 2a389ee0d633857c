/** A server that speaks enough of PostgreSQL's protocol to answer with an error, at the login or at the first query. */
export function postgresThatAnswers(
  at: "login" | "query",
  sqlstate: string,
): AsyncDisposable & { readonly port: number } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const answering = serve(listener, at, sqlstate);
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await answering;
    },
  };
}

async function serve(listener: Deno.Listener, at: "login" | "query", sqlstate: string) {
  for await (const connection of listener) {
    using open = connection;
    const buffer = new Uint8Array(8_192);
    await open.read(buffer); // The login.
    if (at === "query") {
      await open.write(Uint8Array.of(...AUTHENTICATED, ...READY));
      await open.read(buffer);
    }
    await open.write(Uint8Array.of(...refusal(sqlstate)));
  }
}

const AUTHENTICATED = [0x52, 0, 0, 0, 8, 0, 0, 0, 0];
const READY = [0x5a, 0, 0, 0, 5, 0x49];

function refusal(sqlstate: string): number[] {
  const fields = `SERROR\0C${sqlstate}\0M${MESSAGES[sqlstate]}\0\0`;
  const bytes = new TextEncoder().encode(fields);
  return [0x45, 0, 0, 0, bytes.length + 4, ...bytes];
}

const MESSAGES: Readonly<Record<string, string>> = {
  "57014": "canceling statement due to statement timeout",
  "28P01": 'password authentication failed for user "etl"',
};
