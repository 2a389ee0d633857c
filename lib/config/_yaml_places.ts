import { FAILSAFE_SCHEMA, load } from "js-yaml";
import type { KeyPath } from "./tree.ts";

/** A place in a text, both 1-based. */
export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** What was read, and where it begins; of a mapping keys and values take turns. */
interface Node {
  readonly start: number;
  readonly children: Node[];
  kind: string | null;
  result: unknown;
}

/** What the parser is at when it calls its listener. */
interface State {
  readonly position: number;
  readonly kind: string | null;
  readonly result: unknown;
}

/**
 * Knows where each key of a YAML file is. The parser that reads configurations keeps no places; this one is loaded only
 * where there is something to point at.
 */
export class YamlPlaces {
  readonly #text: string;
  readonly #root: Node;

  /** @param text A text that can be parsed. */
  constructor(text: string) {
    this.#text = text;
    this.#root = nodesOf(text);
  }

  /** Returns the place of a key or, if it is missing, of the mapping around it; `undefined` for the file as a whole. */
  of(path: KeyPath): YamlPlace | undefined {
    let node = this.#root.children[0];
    let at: Node | undefined;
    for (const key of path) {
      const found = node && step(node, key);
      if (found === undefined) break;
      ({ at, node } = found);
    }
    return at && this.#place(at.start);
  }

  /** A node is opened where the one before it ends. */
  #place(start: number): YamlPlace {
    const at = /(?:\s|#.*|- )*/y;
    at.lastIndex = start;
    at.exec(this.#text);
    const before = this.#text.slice(0, at.lastIndex).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}

function nodesOf(text: string): Node {
  const root: Node = { start: 0, children: [], kind: null, result: undefined };
  const open = [root];
  const listener = (event: "open" | "close", { position, kind, result }: State) => {
    if (event === "open") {
      const node: Node = { start: position, children: [], kind: null, result: undefined };
      open.at(-1)?.children.push(node);
      open.push(node);
    } else Object.assign(open.pop() ?? {}, { kind, result });
  };
  try {
    load(text, { schema: FAILSAFE_SCHEMA, json: true, listener } as object);
  } catch {
    // The other parser took it: what is known so far must do.
  }
  return root;
}

/** Goes one key further; an alias leads no further, as what it names is somewhere else. */
function step(node: Node, key: PropertyKey): { at: Node; node: Node | undefined } | undefined {
  const [first] = node.children;
  // In block style, brackets are first tried as the key of a mapping.
  if (first !== undefined && first.result === node.result) return step(first, key);
  const { children, kind } = node;
  if (kind === "sequence") {
    const item = children[Number(key)];
    return item && { at: item, node: item };
  }
  if (kind !== "mapping") return undefined;
  const index = children.findIndex(({ result }, at) => at % 2 === 0 && result === String(key));
  const at = children[index];
  return at && { at, node: children[index + 1] };
}
