import type { Answer } from "./_answer.ts";
import type { Fault } from "./fault.ts";

/** How an answer is sent. */
export interface SendOptions {
  /** A fault of the transfer; others are ignored. */
  readonly fault: Fault | undefined;
  /** Headers that every answer has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly pause: (ms: number) => Promise<void>;
  /** Whether only the head is wanted. */
  readonly withoutBody: boolean;
}

/** Turns an answer into a response, damaged where a fault says so, and counts the bytes of its body. */
export function sendAnswer(
  { status, headers, body }: Answer,
  options: SendOptions,
): { response: Response; bytes: number } {
  const all = new Headers({ ...options.headers, ...headers });
  if (body === undefined || options.withoutBody) {
    return { response: new Response(null, { status, headers: all }), bytes: 0 };
  }
  const half = Math.floor(body.length / 2);
  const first = body.subarray(0, half);
  switch (options.fault?.kind) {
    case "truncated":
      return { response: new Response(first, { status, headers: all }), bytes: half };
    case "reset": {
      // The promised length is not reached, so the server drops the connection in the middle of the body.
      all.set("Content-Length", String(body.length));
      return { response: new Response(streamOf([first]), { status, headers: all }), bytes: half };
    }
    case "stall": {
      all.set("Content-Length", String(body.length));
      const ms = options.fault.argument.ms ?? 0;
      const stream = streamOf([first, body.subarray(half)], () => options.pause(ms));
      return { response: new Response(stream, { status, headers: all }), bytes: body.length };
    }
    default:
      return { response: new Response(body, { status, headers: all }), bytes: body.length };
  }
}

function streamOf(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  between: () => Promise<void> = () => Promise.resolve(),
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0 && sent < chunks.length) await between();
      const chunk = chunks[sent++];
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}
