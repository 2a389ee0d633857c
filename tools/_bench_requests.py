"""The same loop with Python: requests and json, written as one would write it. Prints what it did as JSON."""
import json
import resource
import sys
import time

import requests


def run(session, url, file, first, pages):
    records = size = 0
    for page in range(first, first + pages):
        body = json.loads(session.get(f"{url}/?page={page}").content)
        lines = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in body["data"])
        file.write(lines)
        records += len(body["data"])
        size += len(lines)
    file.flush()
    return {"records": records, "bytes": size}


url, pages, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
warm_up = -(-pages // 5)
with requests.Session() as session, open(path, "r+" if __import__("os").path.exists(path) else "w") as file:
    run(session, url, file, 1, warm_up)
    file.seek(0)
    started = time.perf_counter()
    done = run(session, url, file, warm_up + 1, pages)
    seconds = time.perf_counter() - started
done["seconds"] = seconds
done["maxRssBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(done))
