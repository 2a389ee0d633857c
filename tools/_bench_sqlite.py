"""Writes and reads a million rows as Python does it: executemany in one transaction, and a loop over a cursor."""
import sqlite3, sys, time

db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL NOT NULL) STRICT")
count = int(sys.argv[2])
start = time.perf_counter()
db.executemany("INSERT INTO t VALUES (?, ?, ?)", ((i, f"name {i}", i / 7) for i in range(count)))
db.commit()
written = time.perf_counter()
total = 0
for row in db.execute("SELECT id, name, amount FROM t ORDER BY id"):
    total += row[0]
read = time.perf_counter()
assert total == count * (count - 1) // 2
print(f"{(written - start) * 1000} {(read - written) * 1000}")
