/** A folder, and what Spark makes of it if it is loaded by its path. */
export interface SparkLayout {
  /** Its files; of the name `0.csv` if empty, a folder if it ends with `/`. */
  readonly paths: readonly string[];
  /** Files that are read, in their order; words of the error if Spark stops with one. */
  readonly read: readonly string[] | string;
}

const STRUCTURES = "Conflicting directory structures";
const NAMES = "Conflicting partition column names";

/** Layouts that a real Spark was seen to read so. */
export const SPARK_LAYOUTS: readonly SparkLayout[] = Object.entries({
  // No partition.
  "a.csv b.csv": "a.csv b.csv",
  "a.csv dt=1.csv": "a.csv dt=1.csv",
  "a.csv sub/b.csv": "a.csv",
  "a.csv a/b/c.csv": "a.csv",
  "sub/a.csv": "",
  "_metadata a.csv": "a.csv",
  "_metadata/x.csv a.csv": "a.csv",
  "b.csv .dt=1/a.csv": "b.csv",
  // Files outside of the partitions.
  "a.csv dt=1/b.csv": "dt=1/b.csv",
  "0.csv dt=1/b.csv": "dt=1/b.csv",
  "s/a=1/y.csv s/z.csv": "s/a=1/y.csv",
  "dt=1/a.csv sub/b.csv": STRUCTURES,
  "dt=1/a.csv sub/0.csv": STRUCTURES,
  "dt=1/a.csv sub/": "dt=1/a.csv",
  "dt=1/a.csv day=1/": "dt=1/a.csv",
  "_metadata _tmp/b.csv dt=1/_metadata dt=1/a.csv s/.x.csv s/_x.csv": "dt=1/a.csv",
  // Folders above, between and below partitions.
  "sub/dt=1/a.csv": "sub/dt=1/a.csv",
  "a.csv sub/dt=1/b.csv": STRUCTURES,
  "s/dt=1/a.csv t/dt=1/b.csv": STRUCTURES,
  "S/dt=1/a.csv s/dt=2/b.csv": "S/dt=1/a.csv s/dt=2/b.csv",
  "dt=1/a.csv dt=1/sub/b.csv": "dt=1/a.csv dt=1/sub/b.csv",
  "dt=1/sub/h=1/b.csv": "dt=1/sub/h=1/b.csv",
  "dt=1/a.csv dt=1/sub/h=1/b.csv": STRUCTURES,
  // Columns.
  "dt=1/a.csv dt=2/h=1/b.csv": NAMES,
  "dt=1/a.csv dt=1/h=1/b.csv": NAMES,
  "day=1/b.csv dt=1/a.csv": NAMES,
  "day=1/0.csv dt=1/a.csv": NAMES,
  "a=1/b=1/x.csv b=2/a=2/y.csv": NAMES,
  "DT=2/b.csv dt=1/a.csv": "DT=2/b.csv dt=1/a.csv",
  "a=1/A=2/b.csv": "already exists",
  "dt=/a.csv": "Empty partition column value",
  "=1/a.csv": "Empty partition column name",
  "a=2/y.csv a=b=c/x.csv": "a=2/y.csv a=b=c/x.csv",
  "k%61=1/x.csv ka=2/y.csv": "k%61=1/x.csv ka=2/y.csv",
  "_dt=1/a.csv dt=__HIVE_DEFAULT_PARTITION__/a.csv": NAMES,
}).map(([paths, read]) => ({
  paths: paths.split(" "),
  read: read === "" || read.includes(".csv") ? read.split(" ").filter(Boolean) : read,
}));
