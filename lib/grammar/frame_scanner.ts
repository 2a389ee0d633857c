import type { DotPath } from "./dot_path.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** An object names one of the keys on the path twice, so that what the path means depends on the reader. */
export class DuplicateKeyError extends Error {
  /** The key. */
  readonly key: string;

  /** Creates the error. */
  constructor(key: string) {
    super(`the key "${key}" occurs twice`);
    this.key = key;
  }
}

/** A container on the path to the records, while it is open. */
interface OnPath {
  readonly isObject: boolean;
  /** Whether its next string is a key. */
  keyNext: boolean;
  /** Whether the key looked for was found in it. */
  found: boolean;
  /** Elements before this one, in an array. */
  index: number;
}

/**
 * Looks for the array of records in a JSON text that comes in parts.
 *
 * It looks only at keys on the path and at nesting; whether the text is valid JSON is for `JSON.parse` to say.
 */
export class FrameScanner {
  readonly #path: DotPath;
  /** Open containers on the path: the last is the one in which the next key is looked for. */
  readonly #open: OnPath[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #key: number[] | undefined;
  /** Whether the next value is the one on the path. */
  #wanted = true;

  /** @param path Keys; in an array an index from 0. */
  constructor(path: DotPath) {
    this.#path = path;
  }

  /**
   * Reads on.
   *
   * @returns The place of the array's opening bracket, or the end of the bytes where it has not come yet.
   * @throws {DuplicateKeyError} If a key on the path occurs twice in its object.
   */
  scan(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) this.#stringByte(byte);
      else if (byte === OPEN_ARRAY && this.#wanted && this.#open.length === this.#path.length) {
        this.#wanted = false;
        return at;
      } else if (byte > 0x20) this.#token(byte);
    }
    return bytes.length;
  }

  #token(byte: number): void {
    const top = this.#depth === this.#open.length ? this.#open.at(-1) : undefined;
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        if (top?.keyNext === true) this.#key = [];
        else this.#wanted = false;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#enter(byte === OPEN_OBJECT);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (top !== undefined) this.#open.pop();
        this.#depth--;
        this.#wanted = false;
        break;
      case COMMA:
        if (top !== undefined) this.#nextItem(top);
        break;
      case COLON:
        break;
      default:
        this.#wanted = false;
    }
  }

  #enter(isObject: boolean): void {
    this.#depth++;
    if (!this.#wanted || this.#open.length >= this.#path.length) {
      this.#wanted = false;
      return;
    }
    this.#open.push({ isObject, keyNext: isObject, found: false, index: 0 });
    this.#wanted = !isObject && this.#path[this.#open.length - 1] === "0";
  }

  #nextItem(top: OnPath): void {
    top.keyNext = top.isObject;
    top.index++;
    this.#wanted = !top.isObject && this.#path[this.#open.length - 1] === String(top.index);
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      if (this.#key !== undefined) this.#endKey(this.#key);
      return;
    }
    this.#key?.push(byte);
  }

  #endKey(bytes: readonly number[]): void {
    this.#key = undefined;
    const top = this.#open.at(-1);
    const key = this.#path[this.#open.length - 1];
    if (top === undefined || key === undefined) return;
    top.keyNext = false;
    this.#wanted = textOf(bytes) === key;
    if (this.#wanted && top.found) throw new DuplicateKeyError(key);
    top.found ||= this.#wanted;
  }
}

function textOf(bytes: readonly number[]): string | undefined {
  try {
    return String(JSON.parse(`"${new TextDecoder().decode(new Uint8Array(bytes))}"`));
  } catch {
    return undefined; // not valid: the whole frame will be refused
  }
}
