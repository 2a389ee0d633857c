"""A Spark session that reads lakes by their views, and tables: one JSON command a line, one JSON answer a line."""
import json, sys
from pyspark.sql import SparkSession, functions as F

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "2").config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")


def answer(lake):
    views = {"spark": spark}
    exec(open(lake + "/_views/spark.py").read(), views)
    rows, types, corrupt, tasks = {}, {}, {}, {}
    for name in views["views"]:
        rows[name] = spark.table("`" + name + "`").toJSON().collect()
        types[name] = json.loads(spark.table("`" + name + "`").schema.json())
    for name, stream in views["STREAMS"].items():
        tasks[name] = [views["_read"](spark, lake, stream, files).rdd.getNumPartitions() for files in stream["sets"]]
        if stream["schema"]:
            texts = [files for files in stream["sets"] if files["reader"]["format"] != "parquet"]
            read = [views["_read"](spark, lake, stream, files, stream["corrupt"]) for files in texts]
            column = "`" + stream["corrupt"] + "`"
            corrupt[name] = sum(r.where(F.col(column).isNotNull()).drop(stream["part"]).toJSON().count() for r in read)
    return {"rows": rows, "types": types, "corrupt": corrupt, "tasks": tasks}


def table(path):
    """Rows of CSV files in Hive partitions, whose values are texts."""
    spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    frame = spark.read.option("header", "true").csv(path)
    return {"columns": frame.columns, "rows": [list(row) for row in frame.collect()]}


for line in sys.stdin:
    try:
        asked = json.loads(line)
        print(json.dumps(answer(asked) if isinstance(asked, str) else table(**asked)), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)[:4000]}), flush=True)
