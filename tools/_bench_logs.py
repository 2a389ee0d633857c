"""The jobs of `bench_logs.ts` in Python: counting combined lines by a regular expression, counting JSON lines, and writing normalized JSON lines, gzip."""
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from datetime import datetime, timezone

QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
LINE = re.compile(
    rb"(\S+) (\S+) (\S+) \[([^\]]+)\] " + QUOTED + rb" (\d{3}) (\d+|-) " + QUOTED + rb" " + QUOTED
)


def count_access(path):
    statuses = {}
    lines = size = 0
    with open(path, "rb") as log:
        for line in log:
            match = LINE.match(line)
            if match is None:
                continue
            lines += 1
            status, sent = match.group(6), match.group(7)
            statuses[status] = statuses.get(status, 0) + 1
            if sent != b"-":
                size += int(sent)
    return {"lines": lines, "bytes": size, "statuses": {k.decode(): v for k, v in statuses.items()}}


def metrics_access(path):
    """What `logs parse` counts of such lines too, exactly and in memory that grows: volume, and what is frequent."""
    statuses, minutes, errors = {}, {}, {}
    paths, clients, agents = Counter(), Counter(), Counter()
    lines = size = 0
    with open(path, "rb") as log:
        for line in log:
            match = LINE.match(line)
            if match is None:
                continue
            client, _, _, written, request, status, sent, _, agent = match.groups()
            lines += 1
            statuses[status] = statuses.get(status, 0) + 1
            minute = written[:17]
            minutes[minute] = minutes.get(minute, 0) + 1
            if status >= b"500":
                errors[minute] = errors.get(minute, 0) + 1
            if sent != b"-":
                size += int(sent)
            paths[request.split(b" ")[1].partition(b"?")[0]] += 1
            clients[client] += 1
            agents[agent] += 1
    for values in (paths, clients, agents, Counter(minutes), Counter(errors)):
        values.most_common(10)
    return {"lines": lines, "bytes": size, "statuses": {k.decode(): v for k, v in statuses.items()}}


def count_json(path):
    statuses = {}
    levels = {}
    lines = size = 0
    with open(path, "rb") as log:
        for line in log:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            lines += 1
            level, status = record.get("level"), record.get("status")
            levels[level] = levels.get(level, 0) + 1
            statuses[status] = statuses.get(status, 0) + 1
            size += record.get("bytes_sent", 0)
    return {"lines": lines, "bytes": size, "statuses": {str(k): v for k, v in statuses.items()}}


def write_records(path, out):
    """The columns that `logs parse --out` writes of such a line, at the same level of gzip; nothing else is done."""
    statuses = {}
    lines = size = offset = 0
    with open(path, "rb") as log:
        identity = hashlib.file_digest(log, "sha256").hexdigest()[:16]
    with open(path, "rb") as log, gzip.open(out, "wb", compresslevel=4) as target:
        for number, line in enumerate(log, 1):
            match = LINE.match(line)
            if match is not None:
                client, _, _, written, request, status, sent, referrer, agent = (
                    text.decode() for text in match.groups()
                )
                time = datetime.strptime(written, "%d/%b/%Y:%H:%M:%S %z").astimezone(timezone.utc)
                method, target_text, version = request.split(" ")
                url, _, query = target_text.partition("?")
                record = {
                    "record_id": f"{identity}:{offset}",
                    "source_file": "access.log",
                    "source_offset": offset,
                    "line_start": number,
                    "line_count": 1,
                    "format": "combined",
                    "parser_version": "3",
                    "parse_status": "ok",
                    "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                    "timestamp_nanos": int(time.timestamp()) * 1_000_000_000,
                    "timestamp_raw": written,
                    "timestamp_precision": "s",
                    "tz_source": "explicit",
                    "year_source": "explicit",
                    "client_address": client,
                    "http_method": method,
                    "url_original": target_text,
                    "url_path": url,
                    "http_version": version[5:],
                    "http_status": int(status),
                    "response_bytes": int(sent),
                    "referrer": referrer,
                    "user_agent": agent,
                }
                if query:
                    record["url_query"] = query
                target.write(json.dumps(record, separators=(",", ":")).encode() + b"\n")
                lines += 1
                size += int(sent)
                statuses[status] = statuses.get(status, 0) + 1
            offset += len(line)
    return {"lines": lines, "bytes": size, "statuses": statuses}


JOBS = {"access": count_access, "metrics": metrics_access, "json": count_json, "records": write_records}
print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
