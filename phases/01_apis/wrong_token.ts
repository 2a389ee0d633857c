import { ApiClient } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";
import { hidePort } from "./hide_port.ts";

/** Asks with a token that was revoked. */
export async function showWrongToken(
  narrator: Narrator,
  url: string,
  right: Secret,
): Promise<void> {
  const token = new Secret("expired-last-month", "OLD_TOKEN");
  await using client = new ApiClient({ baseUrl: `${url}/github`, auth: { type: "bearer", token } });
  const begun = performance.now();
  const error = await client.request({ path: "/repos/bts/flights/records" }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof HttpError)) throw error;
  const ms = performance.now() - begun;
  narrator.output(
    `${error.name} ${error.code}, transient: ${error.transient}\n${hidePort(error.message)}`,
  );
  narrator.prove(
    "wrong credentials fail at once, and are never echoed",
    error.code === "http-auth" && !error.message.includes(token.reveal()) &&
      !error.message.includes(right.reveal()),
    formatDuration(ms),
  );
}
