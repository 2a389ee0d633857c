import type { ErrorCode } from "./error_codes.ts";

/** A message of each code as a real cause leads to it; written by tests/errors/causes/write_examples.ts, and compared by the tests. */
export const EXAMPLES: Readonly<Record<ErrorCode, string>> = {
  "usage":
    'Cannot use flag "--jsno": it is unknown; did you mean "--json"? (see headwaters files split --help)',
  "config-not-found":
    'Cannot read configuration "/srv/shop/shop.yaml": no such file; check its name',
  "config-syntax":
    'Cannot parse configuration "/srv/shop/shop.yaml" at line 1, column 7: a { or [ is not closed; close it',
  "config-invalid":
    'Cannot use configuration "/srv/shop/shop.yaml": 1 problem\n  sources[0].type: missing, expected one of api, database, files, logs, module (line 3)',
  "config-env-missing":
    'Cannot use configuration "/srv/shop/shop.yaml": 1 problem\n  sources[0].streams[0].params.key: environment variable "SHOP_KEY" is not set (line 1)',
  "stream-changed":
    "Cannot read api.orders: it was read in mode append so far, and the configuration now says mode snapshot; set it back, or give the stream a new name, under which it is read from the beginning",
  "lake-not-ours":
    'Cannot use lake "/srv/shop/lake" with audit database "/srv/shop/other.db": it belongs to another one, and this one is new; if that is lost, "headwaters audit rebuild" makes one from the lake; bring back the two that belong together, name a new folder in lake: and a new file in audit:, or remove both to start afresh if they are yours alone',
  "http-unreachable": 'Cannot fetch "http://127.0.0.1:8080/items": no connection',
  "http-tls":
    'Cannot fetch "https://127.0.0.1:8080/items": the TLS handshake or certificate was not accepted',
  "http-denied": 'Cannot fetch "http://127.0.0.1:1/items": fetch refuses this port or scheme',
  "http-reset":
    'Cannot fetch "http://127.0.0.1:8080/items": the connection broke before an answer came',
  "http-timeout": 'Cannot fetch "http://127.0.0.1:8080/items": no answer within 20 ms',
  "http-status": 'Cannot fetch "http://127.0.0.1:8080/items": status 404',
  "http-auth": 'Cannot fetch "http://127.0.0.1:8080/items": status 401',
  "http-content-type":
    'Cannot read "http://127.0.0.1:8080/items": the content type is "text/html", wanted json',
  "http-body-invalid":
    'Cannot read "http://127.0.0.1:8080/items": the body is not valid JSON from character 17 on',
  "http-body-error":
    'Cannot read "http://127.0.0.1:8080/orders": the body reports an error: "error": "ratelimited"; if that is not an error, declare what is one with error: { path: ... }',
  "http-records-missing":
    'Cannot read "http://127.0.0.1:8080/items": "items" is missing, wanted an array of records; there is an array at "data"',
  "http-too-large": 'Cannot fetch "http://127.0.0.1:8080/items": the body is larger than 10 bytes',
  "http-redirect":
    'Cannot follow a redirect from "http://127.0.0.1:8080/items": no usable Location',
  "page-repeated":
    "Cannot go on after page 1: the next page holds the same records as an earlier one, however often it is asked for",
  "cursor-repeated": "Cannot go on after page 2: its next token was used before in this stream",
  "next-cross-origin":
    'Cannot go on: the next link leads to "http://other.example", away from "http://127.0.0.1:8080"',
  "window-capped":
    "Cannot prove that everything came: the shortest window, from 0, still reaches the cap of results",
  "next-invalid":
    'Cannot go on: "next" is an object, wanted a string or number; only a body takes it, with in: body',
  "record-not-object": "expected an object, found a string",
  "record-key-missing": 'expected a string, number or boolean in "id", found null',
  "record-cursor-missing":
    'expected a value in the form iso in "at", found "pending"; incremental.format is the form in the records',
  "record-invalid": "the record is not valid JSON",
  "record-too-large": "the record has 2018 bytes, max_record_size allows 1000",
  "record-check": '"price" breaks min: expected 0 or more, found a number',
  "record-contract": '"price" (long) is new, which its contract does not allow',
  "check-failed": 'api.orders: 1 of 1 record break min of "price"; nothing of it is published',
  "contract-broken": 'api.orders: "price" (long) is new; nothing of it is published',
  "record-credential": "the record holds the value of SHOP_TOKEN, which must not be written",
  "page-failed": 'Cannot fetch "http://127.0.0.1:8080/orders?p=1": status 404',
  "row-keys-missing": 'the record lacks "name"',
  "row-keys-extra": 'Cannot prepare "a.jsonl": the record has the unknown key "age"',
  "row-columns": "expected 2 columns, found 3",
  "row-quote": "a quote is not closed before the end of the file",
  "row-too-long":
    "a row is longer than 1048576 bytes; the first 1048576 of 16777218 bytes are kept",
  "row-header": "it is the header once more",
  "row-line-end": "a value holds line ends",
  "file-empty": 'Cannot prepare "a.csv": it is empty',
  "file-too-large": 'Cannot prepare "a.csv": it has 14 bytes, expected at most 10',
  "file-too-small": 'Cannot prepare "a.csv": it has 14 bytes, expected at least 1000',
  "file-encoding":
    'Cannot prepare "a.csv": byte 10 is 0xE9, expected UTF-8; it looks like Latin-1 or Windows-1252',
  "file-nul":
    'Cannot prepare "a.csv": byte 10 is NUL, expected UTF-8 text (UTF-16 without a byte order mark looks so)',
  "file-header":
    'Cannot prepare "a.csv": header is "name", "town", expected "id", "name" (missing "id"; unknown "town")',
  "file-header-order":
    'Cannot prepare "a.csv": header is "name", "id", expected "id", "name" (another order)',
  "file-header-case":
    'Cannot prepare "a.csv": header is "ID", "name", expected "id", "name" (other capitals or spaces)',
  "file-header-name": 'Cannot prepare "a.csv": "" cannot be the name of a column',
  "file-header-duplicate":
    'Cannot prepare "a.csv": header is "id", "id" ("id" appears twice; capitals do not tell names apart in Spark)',
  "file-delimiter":
    'Cannot prepare "a.csv": header is one column, "id;name", with another delimiter in its name',
  "file-columns-extra":
    'Cannot prepare "a.csv": header is "id", "name", "town", expected "id", "name" (unknown "town")',
  "file-columns-missing":
    'Cannot prepare "a.csv": header is "id", expected "id", "name" (missing "name")',
  "file-bom": 'Cannot prepare "a.csv": it begins with a byte order mark',
  "file-line-ends": 'Cannot prepare "a.csv": 1 lines end with LF, 2 with CR LF, 0 with CR',
  "file-kind": 'Cannot prepare "a.csv": its name says text, its first bytes say parquet',
  "file-json": 'Cannot prepare "a.json": it ends within its list of records (byte 18)',
  "file-sidecar": '"a.csv": it has 14 bytes, "a.csv.size" says 99',
  "file-version": 'Cannot take in "a.csv": its content changed after it was published',
  "file-archive": 'Cannot read "a.zip": it is cut off, or no zip archive',
  "file-bomb": '"a.zip/a.csv": it grows from 6 to 1073741824 bytes',
  "file-corrupt": 'Cannot decompress "a.csv.gz": it ends too early; ask for it again',
  "file-type":
    'Cannot prepare "a.pdf": its name must end with .csv, .tsv, .tab, .json, .jsonl or .ndjson, with or without .gz',
  "file-changed":
    'Cannot hash "/srv/shop/a.csv": it changed while it was read (5 bytes at first, 7 read, 9 at the end)',
  "file-unfit": "every row of it was rejected, 2 in all",
  "file-name-encoding":
    '"caf�.csv": the name is not UTF-8, so that the runtime cannot open it: rename it',
  "file-unreadable": '"a.csv": it is a pipe, not a file; move it away, or leave it out',
  "file-link": '"a.csv": the link leads out of the folder',
  "line-unrecognized": "no known header",
  "line-malformed": "unterminated quoted value",
  "line-too-long": "1200000 bytes, the limit is 65536; the first 65536 are kept",
  "line-encoding": "not valid UTF-8",
  "log-truncated": 'Cannot decompress "a.log.gz": it ends too early; ask for it again',
  "event-too-long": "the event has 1000 lines or 262144 bytes already",
  "log-unbalanced": "Cannot account for all lines of the log: 3 read, NaN accounted for",
  "storage-full":
    'api.orders: Cannot open "/srv/shop/lake/_tmp/.../api.orders.jsonl": no space left; free some and run it again',
  "storage-denied":
    'Cannot open "/etc/shadow": access is denied (Requires read access to "/etc/shadow", run again with the --allow-read flag); check its permissions',
  "storage-missing":
    'Cannot list "/srv/shop/nowhere": it is missing, or a link in its path is broken; check the path',
  "storage-io":
    "Cannot create \"/srv/shop/part.gz\": Is a directory (os error 21): open '/srv/shop/part.gz'; check the disk, then run again",
  "storage-damaged":
    'Cannot continue "/srv/shop/orders.jsonl": it has 3 bytes, the audit database has committed 100',
  "lake-damaged":
    'Cannot go on: "raw/api/orders/snapshot=01M8BMFR9QQGGDTCW8NMYAT2P8/part-01M8BMFR9QQGGDTCW8NMYAT2P8-00000.jsonl.gz" is missing from lake "/srv/shop/lake" or altered; bring them back from a copy, take back what published them by headwaters pipeline retract (01M8BMFR9QQGGDTCW8NMYAT2P8), or remove the lake and "/srv/shop/audit.db" together to read everything again',
  "publication-lost":
    'Cannot publish "raw/api/orders/snapshot=01M8BMFR9QQGGDTCW8NMYAT2P8/part-01M8BMFR9QQGGDTCW8NMYAT2P8-00000.jsonl.gz": it is neither staged nor in place as intended',
  "database-busy":
    'Cannot begin transaction "save" in "/srv/shop/a.db": database is locked; another process is writing to it, run again once that has ended',
  "database-unreachable":
    'Cannot read from "shop" on 127.0.0.1:8080: connect ECONNREFUSED 127.0.0.1:8080; see that the server runs and can be reached from here',
  "database-timeout":
    'Cannot read from "shop" on 127.0.0.1:8080: canceling statement due to statement timeout; raise statement_timeout, or index the key that is read by',
  "database-denied":
    'Cannot read from "shop" on 127.0.0.1:8080: password authentication failed for user "etl"; check user, password, rights and sslmode',
  "database-constraint":
    'Cannot run "INSERT INTO orders VALUES (1)" in "/srv/shop/a.db": UNIQUE constraint failed: orders.id',
  "database-statement": 'Cannot run "SELEC 1" in "/srv/shop/a.db": near "SELEC": syntax error',
  "engine-failed": 'Cannot go on with "deno": Catalog Error: Table orders does not exist',
  "lake-differs":
    "Cannot verify the lake: api.orders has 2 rows and 0 corrupt records, its manifests say 3",
  "database-damaged":
    'Cannot read database "/srv/shop/a.db": it is damaged (database disk image is malformed); move it and what has its name with -wal and -shm away, and bring it back from a copy (an audit database also from its lake, by headwaters audit rebuild)',
  "database-foreign":
    'Cannot read "/srv/shop/a.db": it is a database of another program; name the audit database of a pipeline',
  "database-older":
    'Cannot read audit database "/srv/shop/a.db": it is empty; run the pipeline once, which sets it up, or name another file',
  "database-newer":
    'Cannot use database "/srv/shop/a.db": its schema has version 99, this program knows 0; update the program',
  "database-io":
    'Cannot open database "/srv/shop/nowhere/a.db": its folder does not exist; make it first',
  "internal-fault":
    "Cannot read api.orders: unexpected TypeError: x is not a function; the log has its place, please report it",
  "source-fault": 'Cannot use module "/srv/shop/mine.ts": its read() threw: 1',
  "suspended-wait":
    "Cannot go on now: the server asks to wait until 2026-11-26T02:10:00.000Z (Retry-After: 600), longer than the 120000 ms of max_wait",
  "suspended-origin":
    'Cannot ask "http://127.0.0.1:8080": 5 requests failed in a row after all their retries; it is left alone until 2026-11-26T02:10:00.000Z',
  "suspended-signal": "api.orders: Cannot finish: SIGTERM asked it to stop; start it again",
  "suspended-locked":
    'Cannot start run: process 4711 holds "/srv/shop/audit.db.lock"; wait for it to end and start again',
};
