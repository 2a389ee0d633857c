import { dirname, join, normalize } from "@std/path";

/** A file or folder, under however many names. */
interface Inode {
  readonly number: number;
  readonly entries: Map<string, Inode> | undefined;
  bytes: Uint8Array;
  size: number;
  mtime: number;
  ctime: number;
  /** What is on the device. */
  readonly durableEntries: Map<string, Inode> | undefined;
  durable: Uint8Array;
}

/** An operation that no flush has confirmed yet. */
type Pending =
  & { readonly inode: Inode; readonly label: string; readonly needs: Pending | undefined }
  & (
    | { readonly kind: "entry"; readonly name: string; readonly to: Inode | undefined }
    | { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
    | { readonly kind: "truncate"; readonly length: number }
  );

/** A disk as it was; opaque. */
export interface SavedDisk {
  readonly root: Inode;
  readonly pending: Pending[];
}

/** What an operation does, for those who want to disturb it. */
export type DiskVerb =
  | "create"
  | "write"
  | "truncate"
  | "sync"
  | "sync-dir"
  | "rename"
  | "remove"
  | "mkdir"
  | "open"
  | "read"
  | "list"
  | "stat";

/** What an operation changes on the disk. */
export const CHANGING: ReadonlySet<DiskVerb> = new Set(
  ["create", "write", "truncate", "sync", "sync-dir", "rename", "remove", "mkdir"] as const,
);

/** Decides about each operation that no flush has confirmed: whether it survives, and how many bytes of a write. */
export type Survival = (
  operation: { readonly index: number; readonly label: string; readonly bytes: number },
) =>
  | "kept"
  | "lost"
  | number;

/** What flushes are good for. */
export type Flushes = "all" | "files" | "folders";

/** How a simulated disk behaves. */
export interface SimulatedDiskOptions {
  /** Ms since 1970, for times of change. */
  readonly now: () => number;
  /** Called before each operation; what it throws is what the operation ends with. */
  readonly before?: (verb: DiskVerb, path: string) => void;
  /** What a flush reaches; a disk that lies is a bug that the simulator must find. @default all */
  readonly flushes?: Flushes;
  /** Whether a lock keeps others out. @default true */
  readonly locks?: boolean;
}

/**
 * A disk in memory that forgets: a name is durable once its folder was flushed, bytes once their file was, and at a
 * power loss any subset of the other operations survives.
 *
 * Names and bytes are apart, as inodes are: a file whose name was never flushed is gone, whatever was written to it.
 */
export class SimulatedDisk {
  readonly #options: SimulatedDiskOptions;
  #numbers = 0;
  #pending: Pending[] = [];
  readonly #locked = new Map<Inode, object>();
  #root: Inode;

  constructor(options: SimulatedDiskOptions) {
    this.#options = options;
    this.#root = this.#inode(true);
  }

  /** The operations that no flush has confirmed, the oldest first. */
  get unflushed(): { readonly label: string; readonly bytes: number }[] {
    return this.#pending.map((operation) => ({
      label: operation.label,
      bytes: bytesOf(operation),
    }));
  }

  /** Returns all there is, flushed or not, to be loaded again any number of times. */
  save(): SavedDisk {
    return copyOf({ root: this.#root, pending: this.#pending });
  }

  /** Goes back to what was saved. */
  load(saved: SavedDisk): void {
    const { root, pending } = copyOf(saved);
    this.#root = root;
    this.#pending = pending;
    this.#locked.clear();
  }

  /** Cuts the power: what was flushed stays, and of the rest what survives. */
  losePower(survives: Survival): void {
    const kept = new Set<Pending>();
    for (const [index, operation] of this.#pending.entries()) {
      const { needs, label } = operation;
      // A rename never loses the file: the old name goes only when the new one is there.
      if (needs !== undefined && this.#pending.includes(needs) && !kept.has(needs)) continue;
      const fate = survives({ index, label, bytes: bytesOf(operation) });
      if (fate === "lost") continue;
      kept.add(operation);
      applyTo(operation, typeof fate === "number" ? fate : Infinity);
    }
    this.#pending = [];
    this.#settleAll(this.#root, new Set());
  }

  /** Frees every lock, as the end of a process does. */
  releaseLocks(): void {
    this.#locked.clear();
  }

  /** Makes everything durable, as a vendor's or an editor's work of long ago is. */
  settle(): void {
    for (const operation of this.#pending) applyTo(operation, Infinity);
    this.#pending = [];
  }

  /** Returns a copy of everything below a folder. */
  copyOf(path: string): ReadonlyMap<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    const walk = (inode: Inode, at: string) => {
      for (const [name, child] of inode.entries ?? []) {
        const place = at === "" ? name : `${at}/${name}`;
        if (child.entries === undefined) files.set(place, child.bytes.slice(0, child.size));
        else walk(child, place);
      }
    };
    const inode = this.#find(path);
    if (inode !== undefined) walk(inode, "");
    return files;
  }

  /** Puts files below a folder, durable at once. */
  restore(path: string, files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) this.put(join(path, name), bytes);
  }

  /** Writes a whole file, durable at once; somebody else's work. */
  put(path: string, content: string | Uint8Array, mtime = this.#options.now()): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const folder = this.#makePath(dirname(path));
    const inode = this.#inode(false);
    inode.bytes = inode.durable = bytes.slice();
    inode.size = bytes.length;
    inode.mtime = mtime;
    this.#link(folder, nameOf(path), inode);
  }

  /** Appends to a file, durable at once; somebody else's work. */
  append(path: string, text: string): void {
    const inode = this.#find(path);
    if (inode === undefined) return this.put(path, text);
    const bytes = new Uint8Array([
      ...inode.bytes.subarray(0, inode.size),
      ...new TextEncoder().encode(text),
    ]);
    inode.bytes = bytes;
    inode.durable = bytes.slice();
    inode.size = bytes.length;
    inode.mtime = inode.ctime = this.#options.now();
  }

  /** Gives a file another name, durable at once; somebody else's work. */
  move(from: string, to: string): void {
    const inode = this.#find(from);
    if (inode === undefined) return;
    inode.ctime = this.#options.now();
    this.#link(this.#makePath(dirname(to)), nameOf(to), inode);
    this.#unlink(from);
  }

  /** Removes a file or folder, durable at once; somebody else's work. */
  erase(path: string): void {
    this.#unlink(path);
  }

  /** Returns the content of a file; `undefined` if there is none. */
  contentOf(path: string): Uint8Array | undefined {
    const inode = this.#find(path);
    return inode?.entries === undefined ? inode?.bytes.slice(0, inode.size) : undefined;
  }

  /** Returns whether there is something. */
  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  // What the runtime offers, in the runtime's words.

  stat(path: string): Deno.FileInfo {
    this.#before("stat", path);
    return infoOf(this.#get(path));
  }

  list(path: string): Deno.DirEntry[] {
    this.#before("list", path);
    const { entries } = this.#get(path);
    if (entries === undefined) throw new Deno.errors.NotADirectory(`not a folder: ${path}`);
    return Array.from(entries, ([name, { entries }]) => ({
      name,
      isFile: entries === undefined,
      isDirectory: entries !== undefined,
      isSymlink: false,
    }));
  }

  mkdir(path: string, options: Deno.MkdirOptions = {}): void {
    this.#before("mkdir", path);
    if (this.#find(path) !== undefined) {
      if (options.recursive === true) return;
      throw new Deno.errors.AlreadyExists(`there is something: ${path}`);
    }
    const missing: string[] = [];
    for (let at = path; this.#find(at) === undefined; at = dirname(at)) missing.unshift(at);
    if (missing.length > 1 && options.recursive !== true) throw notFound(path);
    for (const at of missing) {
      this.#enter(this.#folder(dirname(at)), nameOf(at), this.#inode(true), {
        label: `mkdir ${at}`,
      });
    }
  }

  rename(from: string, to: string): void {
    this.#before("rename", to);
    const inode = this.#get(from);
    const target = this.#folder(dirname(to));
    const label = `rename ${from} to ${to}`;
    const added = this.#enter(target, nameOf(to), inode, { label });
    this.#enter(this.#folder(dirname(from)), nameOf(from), undefined, {
      label: `${label}, old name`,
      needs: added,
    });
  }

  remove(path: string, options: Deno.RemoveOptions = {}): void {
    this.#before("remove", path);
    const inode = this.#get(path);
    if ((inode.entries?.size ?? 0) > 0) {
      if (options.recursive !== true) throw new Error(`Directory not empty (os error 39): ${path}`);
      for (const name of [...(inode.entries?.keys() ?? [])]) this.#removeQuietly(join(path, name));
    }
    this.#enter(this.#folder(dirname(path)), nameOf(path), undefined, { label: `remove ${path}` });
  }

  open(path: string, options: Deno.OpenOptions = { read: true }): SimulatedFile {
    const {
      read = false,
      write = false,
      append = false,
      create = false,
      createNew = false,
      truncate = false,
    } = options;
    const makes = (create || createNew) && this.#find(path) === undefined;
    this.#before(makes ? "create" : "open", path);
    let inode = this.#find(path);
    if (inode !== undefined && createNew) {
      throw new Deno.errors.AlreadyExists(`there is something: ${path}`);
    }
    if (inode === undefined) {
      if (!makes) throw notFound(path);
      inode = this.#inode(false);
      this.#enter(this.#folder(dirname(path)), nameOf(path), inode, { label: `create ${path}` });
    } else if (inode.entries !== undefined && (write || append)) {
      throw new Deno.errors.IsADirectory(`it is a folder: ${path}`);
    }
    const file = new SimulatedFile(this, inode, path, { read, append });
    if (truncate && inode.size > 0) file.truncateSync(0);
    return file;
  }

  /** @ignore */
  writeInto(
    inode: Inode,
    path: string,
    at: { readonly offset: number; readonly bytes: Uint8Array },
  ): number {
    const bytes = at.bytes.slice();
    try {
      this.#before("write", path);
    } catch (error) {
      // A full disk takes what it has room for, and refuses the rest.
      this.#write(inode, path, { ...at, bytes: bytes.slice(0, bytes.length >> 1) });
      throw error;
    }
    this.#write(inode, path, { ...at, bytes });
    return bytes.length;
  }

  #write(
    inode: Inode,
    path: string,
    { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array<ArrayBuffer> },
  ): void {
    writeTo(inode, offset, bytes);
    inode.mtime = inode.ctime = this.#options.now();
    const label = `write ${bytes.length} at ${offset} of ${path}`;
    this.#pending.push({ kind: "write", inode, offset, bytes, label, needs: undefined });
  }

  /** @ignore */
  cut(inode: Inode, path: string, length: number): void {
    this.#before("truncate", path);
    if (length === inode.size) return;
    truncateTo(inode, length);
    inode.mtime = inode.ctime = this.#options.now();
    const label = `truncate ${path} to ${length}`;
    this.#pending.push({ kind: "truncate", inode, length, label, needs: undefined });
  }

  /** @ignore */
  flush(inode: Inode, path: string): void {
    try {
      this.#before(inode.entries === undefined ? "sync" : "sync-dir", path);
    } catch (error) {
      // What a failed flush should have written is not written by the next one either: the pages count as clean.
      if (inode.entries === undefined) {
        this.#pending = this.#pending.filter((operation) => operation.inode !== inode);
      }
      throw error;
    }
    const { flushes = "all" } = this.#options;
    if (flushes !== "all" && flushes !== (inode.entries === undefined ? "files" : "folders")) {
      return;
    }
    const rest: Pending[] = [];
    for (const operation of this.#pending) {
      if (operation.inode === inode) applyTo(operation, Infinity);
      else rest.push(operation);
    }
    this.#pending = rest;
  }

  /** @ignore */
  lock(inode: Inode, holder: object): boolean {
    const isTaken = (this.#locked.get(inode) ?? holder) !== holder;
    if (isTaken && this.#options.locks !== false) return false;
    this.#locked.set(inode, holder);
    return true;
  }

  /** @ignore */
  unlock(inode: Inode, holder: object): void {
    if (this.#locked.get(inode) === holder) this.#locked.delete(inode);
  }

  /** @ignore */
  peek(path: string): void {
    this.#before("read", path);
  }

  #before(verb: DiskVerb, path: string): void {
    this.#options.before?.(verb, path);
  }

  #inode(isFolder: boolean): Inode {
    const now = this.#options.now();
    return {
      number: ++this.#numbers,
      entries: isFolder ? new Map() : undefined,
      durableEntries: isFolder ? new Map() : undefined,
      bytes: new Uint8Array(),
      durable: new Uint8Array(),
      size: 0,
      mtime: now,
      ctime: now,
    };
  }

  #find(path: string): Inode | undefined {
    let at: Inode | undefined = this.#root;
    for (const name of partsOf(path)) at = at?.entries?.get(name);
    return at;
  }

  #get(path: string): Inode {
    const inode = this.#find(path);
    if (inode === undefined) throw notFound(path);
    return inode;
  }

  #folder(path: string): Inode {
    const inode = this.#get(path);
    if (inode.entries === undefined) throw new Deno.errors.NotADirectory(`not a folder: ${path}`);
    return inode;
  }

  #makePath(path: string): Inode {
    let at = this.#root;
    for (const name of partsOf(path)) {
      let next = at.entries?.get(name);
      if (next === undefined) {
        next = this.#inode(true);
        this.#link(at, name, next);
      }
      at = next;
    }
    return at;
  }

  #link(folder: Inode, name: string, inode: Inode): void {
    folder.entries?.set(name, inode);
    folder.durableEntries?.set(name, inode);
    this.#pending = this.#pending.filter((operation) =>
      !(operation.kind === "entry" && operation.inode === folder && operation.name === name)
    );
  }

  #unlink(path: string): void {
    const folder = this.#find(dirname(path));
    folder?.entries?.delete(nameOf(path));
    folder?.durableEntries?.delete(nameOf(path));
    this.#pending = this.#pending.filter((operation) =>
      !(operation.kind === "entry" && operation.inode === folder && operation.name === nameOf(path))
    );
  }

  #removeQuietly(path: string): void {
    const inode = this.#get(path);
    for (const name of [...(inode.entries?.keys() ?? [])]) this.#removeQuietly(join(path, name));
    this.#enter(this.#folder(dirname(path)), nameOf(path), undefined, { label: `remove ${path}` });
  }

  #enter(
    folder: Inode,
    name: string,
    to: Inode | undefined,
    about: { readonly label: string; readonly needs?: Pending },
  ): Pending {
    if (to === undefined) folder.entries?.delete(name);
    else folder.entries?.set(name, to);
    folder.mtime = folder.ctime = this.#options.now();
    const operation: Pending = {
      kind: "entry",
      inode: folder,
      name,
      to,
      label: about.label,
      needs: about.needs,
    };
    this.#pending.push(operation);
    return operation;
  }

  /** After a power loss what is on the device is all there is. */
  #settleAll(inode: Inode, seen: Set<Inode>): void {
    if (seen.has(inode)) return;
    seen.add(inode);
    if (inode.entries === undefined) {
      inode.bytes = inode.durable.slice();
      inode.size = inode.durable.length;
      return;
    }
    inode.entries.clear();
    for (const [name, child] of inode.durableEntries ?? []) {
      inode.entries.set(name, child);
      this.#settleAll(child, seen);
    }
  }
}

/** An open file of a simulated disk; it has the methods of `Deno.FsFile` that this project uses. */
export class SimulatedFile implements Disposable {
  readonly #disk: SimulatedDisk;
  readonly #inode: Inode;
  readonly #path: string;
  readonly #append: boolean;
  #at = 0;
  #open = true;

  constructor(
    disk: SimulatedDisk,
    inode: Inode,
    path: string,
    options: { readonly read: boolean; readonly append: boolean },
  ) {
    this.#disk = disk;
    this.#inode = inode;
    this.#path = path;
    this.#append = options.append;
  }

  readSync(into: Uint8Array): number | null {
    this.#check();
    this.#disk.peek(this.#path);
    const { bytes, size } = this.#inode;
    const piece = bytes.subarray(this.#at, Math.min(size, this.#at + into.length));
    if (piece.length === 0) return into.length === 0 ? 0 : null;
    into.set(piece);
    this.#at += piece.length;
    return piece.length;
  }

  // deno-lint-ignore require-await -- an error must be a rejection
  async read(into: Uint8Array): Promise<number | null> {
    return this.readSync(into);
  }

  writeSync(bytes: Uint8Array): number {
    this.#check();
    if (this.#append) this.#at = this.#inode.size;
    const written = this.#disk.writeInto(this.#inode, this.#path, { offset: this.#at, bytes });
    this.#at += written;
    return written;
  }

  // deno-lint-ignore require-await -- an error must be a rejection
  async write(bytes: Uint8Array): Promise<number> {
    return this.writeSync(bytes);
  }

  statSync(): Deno.FileInfo {
    this.#check();
    return infoOf(this.#inode);
  }

  // deno-lint-ignore require-await -- an error must be a rejection
  async stat(): Promise<Deno.FileInfo> {
    return this.statSync();
  }

  seekSync(offset: number, whence: Deno.SeekMode): number {
    this.#check();
    const base = whence === Deno.SeekMode.Start
      ? 0
      : whence === Deno.SeekMode.Current
      ? this.#at
      : this.#inode.size;
    return this.#at = base + Number(offset);
  }

  truncateSync(length = 0): void {
    this.#check();
    this.#disk.cut(this.#inode, this.#path, length);
  }

  syncSync(): void {
    this.#check();
    this.#disk.flush(this.#inode, this.#path);
  }

  async sync(): Promise<void> {
    await Promise.resolve(); // As on a machine, it fails later.
    this.syncSync();
  }

  syncDataSync(): void {
    this.syncSync();
  }

  tryLockSync(): boolean {
    this.#check();
    return this.#disk.lock(this.#inode, this);
  }

  close(): void {
    this.#check();
    this.#open = false;
    this.#disk.unlock(this.#inode, this);
  }

  [Symbol.dispose](): void {
    if (this.#open) this.close();
  }

  #check(): void {
    if (!this.#open) throw new Deno.errors.BadResource(`it is closed: ${this.#path}`);
  }
}

function infoOf(inode: Inode): Deno.FileInfo {
  const isFile = inode.entries === undefined;
  return {
    isFile,
    isDirectory: !isFile,
    isSymlink: false,
    size: inode.size,
    mtime: new Date(inode.mtime),
    ctime: new Date(inode.ctime),
    atime: null,
    birthtime: null,
    dev: 1,
    ino: inode.number,
    mode: null,
    nlink: 1,
    uid: null,
    gid: null,
    rdev: null,
    blksize: null,
    blocks: null,
    isBlockDevice: false,
    isCharDevice: false,
    isFifo: false,
    isSocket: false,
  } as Deno.FileInfo;
}

function writeTo(inode: Inode, offset: number, bytes: Uint8Array): void {
  const end = offset + bytes.length;
  if (end > inode.bytes.length) {
    const longer = new Uint8Array(Math.max(end, inode.bytes.length * 2));
    longer.set(inode.bytes.subarray(0, inode.size));
    inode.bytes = longer;
  }
  inode.bytes.set(bytes, offset);
  inode.size = Math.max(inode.size, end);
}

function truncateTo(inode: Inode, length: number): void {
  if (length > inode.size) return writeTo(inode, inode.size, new Uint8Array(length - inode.size));
  inode.bytes.fill(0, length, inode.size);
  inode.size = length;
}

function bytesOf(operation: Pending): number {
  return operation.kind === "write" ? operation.bytes.length : 0;
}

function copyOf({ root, pending }: SavedDisk): SavedDisk {
  const inodes = new Map<Inode, Inode>();
  const copy = (inode: Inode): Inode => {
    const known = inodes.get(inode);
    if (known !== undefined) return known;
    const made: Inode = {
      ...inode,
      bytes: inode.bytes.slice(),
      entries: inode.entries && new Map(),
      durableEntries: inode.durableEntries && new Map(),
    };
    inodes.set(inode, made);
    for (const [name, child] of inode.entries ?? []) made.entries?.set(name, copy(child));
    for (const [name, child] of inode.durableEntries ?? []) {
      made.durableEntries?.set(name, copy(child));
    }
    return made;
  };
  const operations = new Map<Pending, Pending>();
  for (const operation of pending) {
    const needs = operation.needs && operations.get(operation.needs);
    const made: Pending = operation.kind === "entry"
      ? {
        ...operation,
        inode: copy(operation.inode),
        to: operation.to && copy(operation.to),
        needs,
      }
      : { ...operation, inode: copy(operation.inode), needs };
    operations.set(operation, made);
  }
  return { root: copy(root), pending: [...operations.values()] };
}

/** Makes an operation durable, or as many bytes of it. */
function applyTo(operation: Pending, most: number): void {
  const { inode } = operation;
  switch (operation.kind) {
    case "entry":
      if (operation.to === undefined) inode.durableEntries?.delete(operation.name);
      else inode.durableEntries?.set(operation.name, operation.to);
      return;
    case "truncate": {
      const cut = new Uint8Array(operation.length);
      cut.set(inode.durable.subarray(0, operation.length));
      inode.durable = cut;
      return;
    }
    case "write": {
      const bytes = operation.bytes.subarray(0, most);
      const end = operation.offset + bytes.length;
      if (end > inode.durable.length) {
        const longer = new Uint8Array(end);
        longer.set(inode.durable);
        inode.durable = longer;
      }
      inode.durable.set(bytes, operation.offset);
    }
  }
}

function partsOf(path: string): string[] {
  return normalize(path).split("/").filter((part) => part !== "" && part !== ".");
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function notFound(path: string): Error {
  return new Deno.errors.NotFound(`no such file or folder: ${path}`);
}
