import { type Answer, answer } from "./_answer.ts";
import type { Call } from "./_call.ts";

/** Version that the sandbox says it is, as the real service does. */
export const FDSN_VERSION = "1.14.1";

/** Returns an error in the plain-text form of FDSN web services. */
export function fdsnError(call: Call, status: number, name: string, message: string): Answer {
  const { url, now } = call;
  // The mount is the sandbox's own; the real host's path begins after it.
  const path = url.pathname.replace(/^\/usgs/, "");
  const body = [
    `Error ${status}: ${name}`,
    "",
    message,
    "",
    `Usage details are available from ${url.origin}/usgs/fdsnws/event/1`,
    "",
    "Request:",
    `${path}${url.search}`,
    "",
    "Request Submitted:",
    new Date(now).toISOString().replace(/\.\d+Z$/, "+00:00"),
    "",
    "Service version:",
    FDSN_VERSION,
  ].join("\n");
  return answer(status, "text/plain", body);
}

/** Returns the 400 of a wrong parameter or a search that matches too much. */
export function badRequest(call: Call, message: string): Answer {
  return fdsnError(call, 400, "Bad Request", message);
}
