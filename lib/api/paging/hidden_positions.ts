import { PaginationError } from "../../errors/mod.ts";
import { fillSecrets, hideSecrets, mapTexts } from "../../logging/mod.ts";
import type { JsonValue } from "./pagination_state.ts";
import type { Paginator } from "./paginator.ts";

/**
 * Returns a paginator whose positions and tokens hold no secret, so that they may be stored: APIs copy keys and tokens
 * into their next links and cursors.
 */
export function withHiddenPositions(paginator: Paginator): Paginator {
  const { skip } = paginator;
  return {
    ...paginator,
    first: mapTexts(paginator.first, hideSecrets),
    address: (position) => paginator.address(filled(position)),
    next: (page, position) => {
      const next = paginator.next(page, filled(position));
      return next === undefined ? undefined : mapTexts(next, hideSecrets);
    },
    ...(skip === undefined ? {} : {
      skip: (position) => {
        const next = skip(filled(position));
        return next === undefined ? undefined : mapTexts(next, hideSecrets);
      },
    }),
    token: (position) => hideSecrets(paginator.token(filled(position))),
  };
}

function filled(position: JsonValue): JsonValue {
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
