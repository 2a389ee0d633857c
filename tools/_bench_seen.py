"""Asks an audit database "was this file seen?" as Python does it: by path and by content, half of them unknown."""
import random, sqlite3, statistics, sys, time

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
files, count = int(sys.argv[2]), int(sys.argv[3])
stream = "WHERE source = 's' AND stream = 't'"
by_path = f"SELECT * FROM files {stream} AND path = ? ORDER BY version DESC LIMIT 1"
by_content = f"SELECT * FROM files INDEXED BY files_by_content {stream} AND sha256 = ? AND verdict = ? ORDER BY run_id, path LIMIT 1"
times = []
for at in range(count):
    i = random.randrange(files * (1 + at % 2))
    start = time.perf_counter()
    db.execute(by_path, (f"{i:09}.csv",)).fetchone()
    if db.execute(by_content, (f"{i:064x}", "published")).fetchone() is None:
        db.execute(by_content, (f"{i:064x}", "rejected")).fetchone()
    times.append((time.perf_counter() - start) * 1000)
print(statistics.median(times))
