/** Records on a page of the soak. */
export const PAGE_SIZE = 100;

/** The soak's record of this number, as the server sends it; its form changes with the number. */
export function recordText(id: number): string {
  const word = id % 7 === 0 ? "\\u00e4\\ud83d\\ude00" : id % 5 === 0 ? "ä]},{[" : "plain";
  return `{"id":${id},"exact":${id}.10,"big":9007199254740993,"text":"${word} ${id * 7919}"}`;
}

/** The number of the fault that this page meets at first, or 0: 5 % of all pages meet one, by the seed. */
export function faultOf(page: number, seed: number): number {
  // A hash of page and seed (the finalizer of MurmurHash3), so that no page depends on another.
  let hash = Math.imul(page ^ seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return hash % 100 < 5 ? 1 + (hash >>> 8) % FAULTS : 0;
}

/** How many kinds of faults there are. */
export const FAULTS = 12;
