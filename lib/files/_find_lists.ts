import { formatDotPath } from "../grammar/mod.ts";

/** A list of objects in a JSON document. */
export interface FoundList {
  /** Its dot path; empty if the document is the list. */
  readonly path: string;
  /** Objects in it, as far as the text goes. */
  readonly objects: number;
}

/** An object or list that is open where reading has come to. */
interface Open {
  readonly isList: boolean;
  /** Key of the value that comes next. */
  key: string;
  objects: number;
}

/**
 * Finds the lists of objects in the text of a JSON document, which may be cut off anywhere; the one with the most objects
 * first. Lists within lists have no path of keys, and are not among them.
 */
export function findLists(text: string): FoundList[] {
  const found: FoundList[] = [];
  const open: Open[] = [];
  const close = () => {
    const last = open.pop();
    if (last === undefined || last.objects === 0 || open.some(({ isList }) => isList)) return;
    found.push({ path: formatDotPath(open.map(({ key }) => key)), objects: last.objects });
  };
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[[\]{}]/gs)) {
    const inside = open.at(-1);
    if (token === "[" || token === "{") {
      if (token === "{" && inside?.isList) inside.objects++;
      open.push({ isList: token === "[", key: "", objects: 0 });
    } else if (token === "]" || token === "}") close();
    else if (token.endsWith(":") && inside !== undefined) inside.key = keyOf(token);
  }
  while (open.length > 0) close();
  return found.sort((a, b) => b.objects - a.objects);
}

function keyOf(token: string): string {
  try {
    return String(JSON.parse(token.slice(0, -1)));
  } catch {
    return ""; // Not JSON; reading it says where.
  }
}
