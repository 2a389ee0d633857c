/** Renditions of one thing by media type; a front end takes the richest that it knows and trusts. */
export interface MediaBundle {
  /** For terminals, tests and notebooks that are not trusted yet. */
  readonly "text/plain": string;
  /** For tables and lists. */
  readonly "text/html"?: string;
  /** For charts. */
  readonly "image/svg+xml"?: string;
}

const DISPLAY = Symbol.for("Jupyter.display");

/** Something that a notebook shows when it is the last expression of a cell. */
export class Displayable {
  readonly #bundle: MediaBundle;

  /** @param bundle Its renditions. */
  constructor(bundle: MediaBundle) {
    this.#bundle = bundle;
  }

  /** Returns its renditions; the kernel calls this. */
  [DISPLAY](): MediaBundle {
    return this.#bundle;
  }

  /** Returns it as plain text. */
  toString(): string {
    return this.#bundle["text/plain"];
  }
}

/** Returns the renditions of a displayable. */
export function mediaBundle(thing: Displayable): MediaBundle {
  return thing[DISPLAY]();
}
