/** A file of records that `splitFile()` or `mergeFiles()` wrote. */
export interface FilePart {
  /** Its name: `part-00000.csv.gz` and so on. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
  /** Records, the header not counted. */
  readonly rows: number;
  /** Bytes before compression. */
  readonly contentBytes: number;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Lower-case hex sha256 of the bytes on disk. */
  readonly sha256: string;
}
