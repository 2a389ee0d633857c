"""A Spark session that reads lakes by their views, and tables: one JSON command a line, one JSON answer a line."""
import importlib.util, json, os, sys, tempfile, warnings
from urllib.parse import unquote
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


def ways(lake, stream):
    """The rows of a view, by each way in which people load the script, from a folder of their own."""
    path = lake + "/_views/spark.py"
    found = {}

    def note(way):
        found[way] = spark.table("`" + stream + "`").count()
        for one in spark.catalog.listTables():
            spark.sql("DROP VIEW `" + one.name + "`")

    os.chdir(tempfile.mkdtemp())
    exec(open(path, encoding="latin-1").read(), {"spark": spark})
    note("executed in a function, with variables of its own, in another encoding")
    try:
        exec(open(path).read())
    except RuntimeError as error:
        found["executed in the variables of a function"] = str(error)
    names = {}
    exec(open(path).read(), names)
    names["register"](spark, lake=lake + "/")
    note("registered with a path")
    spec = importlib.util.spec_from_file_location("views_of_the_lake", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.register(spark)
    note("imported")
    return found


def broken(lake, without):
    """The views that are left, and what is said, where one stream cannot be read."""
    views = {"spark": spark}
    exec(open(lake + "/_views/spark.py").read(), views)
    views["STREAMS"][without]["sets"][0]["reader"]["format"] = "no.such.format"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        left = views["register"](spark)
    tables = [one.name for one in spark.catalog.listTables()]
    return {"left": sorted(left), "tables": sorted(tables), "said": [str(one.message).split(":")[0] for one in said if "no.such.format" in str(one.message)]}


def table(path):
    """Rows of CSV files in Hive partitions, whose values are texts."""
    spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    frame = spark.read.option("header", "true").csv(path)
    return {"columns": frame.columns, "rows": [list(row) for row in frame.collect()]}


def layout(folder):
    """Files of a folder that are read, or why none is."""
    frame = spark.read.option("header", "true").schema("id string")
    try:
        rows = frame.csv(folder)
        names = [row[0] for row in rows.select(F.input_file_name()).distinct().collect()]
        prefix = len("file://" + folder) + 1
        return {"read": sorted(unquote(name)[prefix:] for name in names), "tasks": rows.rdd.getNumPartitions()}
    except Exception as problem:
        return {"refusal": str(problem)}


def typed(file, schema):
    """Rows of JSON lines by a schema, or why they cannot be read."""
    try:
        return {"rows": [list(map(str, row)) for row in spark.read.option("mode", "FAILFAST").schema(schema).json(file).collect()]}
    except Exception as problem:
        return {"refusal": str(problem)}


for line in sys.stdin:
    try:
        asked = json.loads(line)
        work = answer if isinstance(asked, str) else broken if "without" in asked else ways if "lake" in asked else typed if "file" in asked else layout if "folder" in asked else table
        print(json.dumps(work(asked) if work == answer else work(**asked)), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)[:4000]}), flush=True)
