import { sparkViews } from "./_spark_views.ts";
import type { LiveStream } from "./live_streams.ts";

/** Returns a Python program that prints a `FoundPartition` a line, in JSON; Spark itself is started by it. */
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
        print(json.dumps({"stream": name, "partition": partition, "rows": count, "corrupt": corrupt}), flush=True)
spark.stop()
`;
