import { PaginationError } from "../../errors/mod.ts";
import { fillSecrets, hideSecrets, mapTexts, sealText } from "../../logging/mod.ts";
import { holdsCredential } from "../transport/redact_url.ts";
import type { JsonValue } from "./pagination_state.ts";
import type { Paginator } from "./paginator.ts";

/**
 * Returns a paginator whose positions and tokens hold no secret, so that they may be stored: APIs copy keys and tokens
 * into their next links and cursors, and sign links with credentials of their own.
 */
export function withHiddenPositions(paginator: Paginator): Paginator {
  const { skip } = paginator;
  return {
    ...paginator,
    first: mapTexts(paginator.first, hide),
    address: (position) => paginator.address(filled(position)),
    next: (page, position) => {
      const next = paginator.next(page, filled(position));
      return next === undefined ? undefined : mapTexts(next, hide);
    },
    ...(skip === undefined ? {} : {
      skip: (position) => {
        const next = skip(filled(position));
        return next === undefined ? undefined : mapTexts(next, hide);
      },
    }),
    token: (position) => hide(paginator.token(filled(position))),
  };
}

function hide(text: string): string {
  return holdsCredential(text) ? sealText(text) : hideSecrets(text);
}

/**
 * Returns a position as the server knows it.
 *
 * @throws {PaginationError} If it was saved with other values of the secrets.
 */
export function filled(position: JsonValue): JsonValue {
  try {
    return mapTexts(position, fillSecrets);
  } catch (error) {
    const state = error instanceof Error ? error.message : String(error);
    throw new PaginationError(
      "next-invalid",
      `Cannot go on from the saved position: ${state}; set the variables as they were when it was saved`,
    );
  }
}
