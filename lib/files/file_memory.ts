import type { KnownFile, KnownFiles } from "./known_file.ts";

/** Options of {@linkcode FileMemory}. */
export interface FileMemoryOptions {
  /** Whether a new version of a path hides the one before from readers. @default false */
  readonly replaces?: boolean;
}

/** Verdicts on files, kept in memory for one call; an audit database keeps them between runs. */
export class FileMemory implements KnownFiles {
  readonly #files: KnownFile[];
  readonly #replaces: boolean;

  /** @param files Verdicts in the order in which they were made. */
  /**
   * Begins with what is known.
   *
   * @param files What is known already.
   * @param options See {@linkcode FileMemoryOptions}.
   */
  constructor(files: Iterable<KnownFile> = [], options: FileMemoryOptions = {}) {
    this.#files = [...files];
    this.#replaces = options.replaces ?? false;
  }

  /** Remembers one more verdict. */
  add(file: KnownFile): void {
    this.#files.push(file);
  }

  /** Newest version of a path, whatever its verdict. */
  latest(path: string): KnownFile | undefined {
    return this.#files.findLast((file) => file.path === path);
  }

  /** Newest version of a path that was accepted. */
  held(path: string): KnownFile | undefined {
    return this.#files.findLast((file) =>
      file.path === path && (file.verdict === "published" || file.verdict === "duplicate")
    );
  }

  /** Newest published version of a path. */
  published(path: string): KnownFile | undefined {
    return this.#files.findLast((file) => file.path === path && file.verdict === "published");
  }

  /** File that holds a content: one that readers see, else the newest rejected one. */
  byContent(sha256: string): KnownFile | undefined {
    return this.visible(sha256).at(-1) ??
      this.#files.findLast((file) => file.sha256 === sha256 && file.verdict === "rejected");
  }

  /** Published versions with a content that readers see, oldest first. */
  visible(sha256: string): KnownFile[] {
    return this.#files.filter((file) =>
      file.sha256 === sha256 && file.verdict === "published" &&
      (!this.#replaces || this.published(file.path) === file)
    );
  }
}
