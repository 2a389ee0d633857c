import { sparkViews } from "./_spark_views.ts";
import type { LiveStream } from "./live_streams.ts";

/** Returns a Python program that prints a `FoundPartition` a line, then a `FoundVersions` a line, in JSON; Spark itself is started by it. */
export function sparkVerify(streams: readonly LiveStream[], lake: string): string {
  return `${sparkViews(streams, lake)}${PROGRAM}`;
}

const PROGRAM = `
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.appName("headwaters verify").config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC").getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
is_corrupt = False
for name, stream in STREAMS.items():
    found = {}
    for files in stream["sets"]:
        is_text = stream["schema"] and files["reader"]["format"] in TEXT_FORMATS
        rows = _read(spark, LAKE, stream, files, stream["corrupt"] if is_text else None)
        # Every value is read: it is written again as JSON.
        whole = F.length(F.to_json(F.struct(*[_column(c) for c in rows.columns if c != stream["part"]])))
        corrupt = F.count(_column(stream["corrupt"])) if is_text else F.lit(0)
        partition = _column(stream["partition"]).cast("string") if stream["partition"] else F.lit(None)
        for row in rows.groupBy(partition.alias("p")).agg(F.count("*").alias("n"), corrupt.alias("c"), F.sum(whole)).collect():
            before = found.get(row["p"], (0, 0))
            found[row["p"]] = (before[0] + row["n"], before[1] + row["c"])
    for partition, (count, corrupt) in found.items():
        is_corrupt = is_corrupt or corrupt > 0
        print(json.dumps({"stream": name, "partition": partition, "rows": count, "corrupt": corrupt}), flush=True)

# What belongs to an engine: the versions of each key are counted (an aggregation), and find the record that the view
# shows of it (a join).
views = {}
for name, stream in () if is_corrupt else STREAMS.items():
    views.update(_views(spark, LAKE, name, stream))
for name, stream in STREAMS.items():
    if name + ".all" not in views:
        continue
    def keyed(rows):
        return rows.select(*[_key(rows.schema, path).alias("k%d" % at) for at, path in enumerate(stream["key"])])
    records, versions = keyed(views[name]), keyed(views[name + ".all"])
    versions = versions.groupBy(*versions.columns).agg(F.count("*").alias("n"))
    same = F.lit(True)
    for column in records.columns:
        same = same & records[column].eqNullSafe(versions[column])
    row = records.join(versions, same).agg(F.count("*").alias("r"), F.coalesce(F.sum("n"), F.lit(0)).alias("v")).first()
    print(json.dumps({"stream": name, "records": row["r"], "versions": row["v"]}), flush=True)
spark.stop()
`;
