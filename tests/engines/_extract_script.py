"""Extracts a table as most scripts do it: a cursor of the server, json, gzip."""
import gzip, json, sys, time
import psycopg

start = time.perf_counter()
count = 0
with psycopg.connect(sys.argv[1]) as connection, gzip.open(sys.argv[2], "wt", compresslevel=4) as out:
    with connection.cursor(name="c", row_factory=psycopg.rows.dict_row) as cursor:
        cursor.itersize = 5000
        for row in cursor.execute("SELECT * FROM big ORDER BY id"):
            out.write(json.dumps(row, default=str) + "\n")
            count += 1
print(count, (time.perf_counter() - start) * 1000)
