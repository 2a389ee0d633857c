import type { Proposal, ProposalTarget } from "./proposal.ts";
import { SOURCE_TYPES } from "./sources/mod.ts";

/** Says what a target is, as sources of a configuration, by reading some of it. */
export async function proposeSources(target: ProposalTarget): Promise<readonly Proposal[]> {
  const types: readonly Partial<Pick<(typeof SOURCE_TYPES)[number], "proposes" | "propose">>[] =
    SOURCE_TYPES;
  const type = types.find(({ proposes }) => proposes === target.kind);
  return await type?.propose?.(target) ?? [];
}
