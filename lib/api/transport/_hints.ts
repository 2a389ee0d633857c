import type { Answer } from "./_attempt.ts";

/** A larger body says more than when to come back. */
const HINT_BYTES = 1 << 16;
/** A longer text is no sentence. */
const SENTENCE_LETTERS = 1000;

/** Returns what of a refusal may ask for a wait, apart from its headers. */
export function hintsOf(
  answer: Answer | undefined,
): { readonly status?: number; readonly body?: unknown } {
  if (answer === undefined) return {};
  const { status, body } = answer;
  if (!(body instanceof Uint8Array) || body.length > HINT_BYTES) return { status };
  const text = new TextDecoder().decode(body);
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    // A page of HTML says much that is not about this request.
    const isSentence = text.length <= SENTENCE_LETTERS && !text.trimStart().startsWith("<");
    return isSentence ? { status, body: text } : { status };
  }
}
