import type { LiveStream } from "./live_streams.ts";
import { freeName, partitionOf, pathIn, RECORD, viewName } from "./_view_parts.ts";
import { streamFolder } from "./layout.ts";

/** Returns a Python module that registers the views of a lake in Spark. */
export function sparkViews(streams: readonly LiveStream[], lake: string): string {
  const described = Object.fromEntries(streams.map((stream) => [viewName(stream), {
    folder: streamFolder(stream),
    schema: stream.schema ?? null,
    partition: partitionOf(stream) ?? null,
    key: stream.schema === undefined ? [] : stream.primaryKey,
    part: freeName("__part", stream.schema ?? RECORD),
    corrupt: freeName("__corrupt", stream.schema ?? RECORD),
    sets: stream.sets.map(({ reader, schema, hasTexts = false, files }) => ({
      reader,
      texts: hasTexts,
      schema: reader.format === "json" ? null : schema,
      files: files.map(({ path }) => path),
    })),
  }]));
  const texts = { lake: pathIn(lake, "").slice(0, -1), streams: JSON.stringify(described) };
  return SCRIPT.replaceAll(/\{(lake|streams)\}/g, (_, name: keyof typeof texts) => {
    return pythonText(texts[name]);
  });
}

/** A text of JSON is one of Python, too; in ASCII it is the same in whatever encoding somebody opens the script. */
function pythonText(text: string): string {
  return JSON.stringify(text).replaceAll(/[^ -~]/gu, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

const SCRIPT =
  `"""Views over exactly the files that the manifests of this lake name. Each run replaces this file: do not edit it.

Where \`spark\` is there:  exec(open("<lake>/_views/spark.py").read())
in a function as well:   exec(open("<lake>/_views/spark.py").read(), {"spark": spark})
then:                    spark.table("\`source.stream\`")

A copy of the lake that is elsewhere, or an import: register(spark, lake="s3a://...") makes the same views of it.
"""
import json, re, warnings
from pyspark.sql import Window, functions as F
from pyspark.sql.types import ArrayType, DateType, MapType, StringType, StructField, StructType

if globals() is not locals():
    raise RuntimeError('Cannot run in the variables of a function: exec(open(path).read(), {"spark": spark})')

LAKE = {lake}
STREAMS = json.loads({streams})
TEXT_FORMATS = ("csv", "json")  # all others have their types in their files


def _column(name):
    return F.col("\`" + name.replace("\`", "\`\`") + "\`")


def _read(spark, lake, stream, files, corrupt=None):
    """The rows of one set of files, with the name and place of each in its part."""
    reader = dict(files["reader"])
    file_format = reader.pop("format")
    if file_format == "csv":
        reader["nullValue"] = "\\0"  # an empty text in quotes is none; manifests of older versions do not say so
    schema = files["schema"] or stream["schema"]
    schema = StructType.fromJson(schema) if schema else None
    if corrupt and file_format in TEXT_FORMATS:
        schema = StructType(schema.fields + [StructField(corrupt, StringType())])
        reader.update(mode="PERMISSIVE", columnNameOfCorruptRecord=corrupt)
    elif file_format in TEXT_FORMATS:
        # A value that does not fit its type is an error, not a NULL.
        reader.update(mode="FAILFAST", columnNameOfCorruptRecord=stream["corrupt"])
    if stream["partition"]:
        reader["basePath"] = lake + "/" + stream["folder"]
    # Spark takes these characters in a path for patterns.
    paths = [re.sub(r"([\\[\\]{}*?\\\\])", r"\\\\\\1", lake + "/" + path) for path in files["files"]]
    if schema is None:
        rows = spark.read.format("text").options(**{k: v for k, v in reader.items() if k == "basePath"}).load(paths)
        rows = rows.withColumnRenamed("value", "record")
    else:
        rows = spark.read.format(file_format).options(**reader).schema(schema).load(paths)
    if any(name.lower() == "_metadata" for name in rows.columns):  # It hides Spark's own column.
        file, start = F.substring_index(F.input_file_name(), "/", -1), F.expr("input_file_block_start()")
    else:
        file, start = F.col("_metadata.file_name"), F.col("_metadata.file_block_start")
    place = F.struct(file.alias("file"), start.alias("start"), F.monotonically_increasing_id().alias("row"))
    return rows.select("*", place.alias(stream["part"]))


def _fit(rows, wanted):
    """The columns of a set of files, in the types of the view."""
    columns = []
    for field in rows.schema.fields:
        column = _column(field.name)
        kind = wanted.get(field.name)
        if kind is not None and kind.simpleString() != field.dataType.simpleString():
            is_nested = isinstance(field.dataType, (ArrayType, MapType, StructType))
            text = F.to_json(column) if is_nested else column
            # A column that was always null has no type of its own.
            column = F.from_json(text, kind) if isinstance(kind, (ArrayType, MapType, StructType)) else text.cast(kind)
        columns.append(column.alias(field.name))
    return rows.select(columns)


def _fit_record(rows, stream, files):
    """Each record as one text, where no schema fits all."""
    if files["texts"]:
        return rows
    own = [name for name in rows.columns if name not in (stream["part"], stream["partition"])]
    record = F.to_json(F.struct(*[_column(name) for name in own])).alias("record")
    return rows.select(record, *[_column(name) for name in rows.columns if name not in own])


def _empty(spark, stream):
    schema = StructType.fromJson(stream["schema"]) if stream["schema"] else StructType([StructField("record", StringType())])
    fields = [StructField(f.name, f.dataType, True) for f in schema.fields]
    if stream["partition"]:
        fields.append(StructField(stream["partition"], DateType() if stream["partition"] == "dt" else StringType()))
    return spark.createDataFrame([], StructType(fields + [StructField(stream["part"], StringType())]))


def _key(schema, path):
    """The value at a path; None if the schema has no such."""
    if path[0] not in schema.fieldNames():
        return None
    column, kind = _column(path[0]), schema[path[0]].dataType
    for key in path[1:]:
        if isinstance(kind, ArrayType):
            index = int(key)
            column, kind = F.element_at(column, index if index < 0 else index + 1), kind.elementType
        elif isinstance(kind, MapType):
            column, kind = column[key], kind.valueType
        elif isinstance(kind, StructType) and key in kind.fieldNames():
            column, kind = column.getField(key), kind[key].dataType
        else:
            return None
    return column


def _views(spark, lake, name, stream):
    """The views of one stream by name: "source.stream", and "source.stream.all" if records have a key."""
    rows = None
    wanted = {f.name: f.dataType for f in StructType.fromJson(stream["schema"]).fields} if stream["schema"] else {}
    for files in stream["sets"]:
        more = _read(spark, lake, stream, files)
        file_format = files["reader"]["format"]
        if not stream["schema"]:
            more = more if file_format == "json" else _fit_record(more, stream, files)
        elif file_format not in TEXT_FORMATS:
            more = _fit(more, wanted)
        rows = more if rows is None else rows.unionByName(more, allowMissingColumns=True)
    rows = _empty(spark, stream) if rows is None else rows
    views = {}
    keys = [_key(rows.schema, path) for path in stream["key"]]
    if keys and all(key is not None for key in keys):
        views[name + ".all"] = rows.drop(stream["part"])
        newest = Window.partitionBy(*keys).orderBy(F.desc(stream["part"]))
        rank = stream["part"]  # a name that no column of the records has
        rows = rows.withColumn(rank, F.row_number().over(newest)).where(F.col(rank) == 1)
    views[name] = rows.drop(stream["part"])
    return views


def register(spark, lake=LAKE):
    """Registers the views; returns them by name. A stream that Spark cannot read has none, and a warning says why."""
    views = {}
    for name, stream in STREAMS.items():
        try:
            found = _views(spark, lake, name, stream)
            for view, rows in found.items():
                rows.createOrReplaceTempView("\`" + view + "\`")
            views.update(found)
        except Exception as error:
            for view in (name, name + ".all"):  # Those of an earlier call would show older rows.
                spark.sql("DROP VIEW IF EXISTS \`" + view + "\`")
            warnings.warn("No view of " + name + ": " + " ".join(str(error).splitlines()[:2])[:500], stacklevel=2)
    return views


if "spark" in globals():
    views = register(spark)
`;
