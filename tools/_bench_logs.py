"""The job of `bench_logs.ts` in Python: nine fields of each combined line by a regular expression, counts of status and bytes."""
import json
import re
import sys

QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
LINE = re.compile(
    rb"(\S+) (\S+) (\S+) \[([^\]]+)\] " + QUOTED + rb" (\d{3}) (\d+|-) " + QUOTED + rb" " + QUOTED
)

statuses = {}
lines = size = 0
with open(sys.argv[1], "rb") as log:
    for line in log:
        match = LINE.match(line)
        if match is None:
            continue
        lines += 1
        status, sent = match.group(6), match.group(7)
        statuses[status] = statuses.get(status, 0) + 1
        if sent != b"-":
            size += int(sent)
print(json.dumps({"lines": lines, "bytes": size, "statuses": {k.decode(): v for k, v in statuses.items()}}))
