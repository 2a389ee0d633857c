import type { Answer } from "./_attempt.ts";

/** A larger body says more than when to come back. */
const HINT_BYTES = 1 << 16;

/** Returns what of a refusal may ask for a wait, apart from its headers. */
export function hintsOf(
  answer: Answer | undefined,
): { readonly status?: number; readonly body?: unknown } {
  if (answer === undefined) return {};
  const { status, body } = answer;
  if (!(body instanceof Uint8Array) || body.length > HINT_BYTES) return { status };
  try {
    return { status, body: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return { status }; // no JSON, so that nothing can be found in it
  }
}
