import { ApiClient } from "../../api/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import { hidePort } from "./_hide_port.ts";

/** Credentials that are wrong stay wrong. */
export async function tellWrongToken(teller: Teller, url: string, right: Secret): Promise<void> {
  const token = new Secret("expired-last-month", "OLD_TOKEN");
  await using client = new ApiClient({ baseUrl: `${url}/github`, auth: { type: "bearer", token } });
  const begun = performance.now();
  const error = await client.request({ path: "/repos/bts/flights/records" }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof HttpError)) throw error;
  const ms = performance.now() - begun;
  teller.say("A wrong token is not retried, for no wait makes it right:");
  teller.output(
    `${error.name} ${error.code}, transient: ${error.transient}\n${hidePort(error.message)}`,
  );
  teller.prove(
    "refused credentials fail at once, and the message repeats none",
    error.code === "http-auth" && !error.message.includes(token.reveal()) &&
      !error.message.includes(right.reveal()),
    formatDuration(ms),
  );
}
