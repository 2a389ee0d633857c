/** Verdict on a finding in a file: the file or one row or line is rejected, it is mended, or it stays as it is. */
export type FindingSeverity = "reject-file" | "reject-row" | "repair" | "accept";

/** One row of the table of error codes. */
export interface ErrorCodeInfo {
  /** The class that carries the code. */
  readonly family: string;
  /** Whether trying the same thing again, unchanged, may succeed. */
  readonly transient: boolean;
  /** Whether some of its errors are transient all the same. @default false */
  readonly varies?: true;
  /** For findings in files only. @default none: it is no finding */
  readonly severity?: FindingSeverity;
  /** Other verdicts that `on_finding` may set. @default none */
  readonly may?: readonly FindingSeverity[];
  /** One sentence: what it means. */
  readonly meaning: string;
  /** One sentence: what to do about it. */
  readonly next: string;
}

/** Every error and reject code there is; REFERENCE.md prints this table. */
export const ERROR_CODES = {
  "usage": {
    family: "UsageError",
    transient: false,
    meaning: "The command line is wrong.",
    next: "Read the command's --help and type it again.",
  },

  "config-not-found": {
    family: "ConfigError",
    transient: false,
    meaning: "The configuration file does not exist or cannot be read.",
    next: "Name the file with --config, or run it in the folder that has pipeline.yaml.",
  },
  "config-syntax": {
    family: "ConfigError",
    transient: false,
    meaning:
      "The configuration is not valid YAML, or expands to far more than anybody would write by hand.",
    next:
      "Fix the line that the message names; `headwaters pipeline plan` checks the file without a run.",
  },
  "config-invalid": {
    family: "ConfigError",
    transient: false,
    meaning: "A key of the configuration is unknown, missing or has a wrong value.",
    next:
      "Change the key that the message names; REFERENCE.md lists every key, `headwaters pipeline plan` checks them all.",
  },
  "config-env-missing": {
    family: "ConfigError",
    transient: false,
    meaning: "The configuration names an environment variable that is not set.",
    next: "Set the variable in the shell or the scheduler that starts the run.",
  },
  "stream-changed": {
    family: "ConfigError",
    transient: false,
    meaning:
      "A stream now says another type, mode or cursor than the one by which it was read so far.",
    next: "Give the stream another name to read it anew, or put the old keys back.",
  },
  "lake-not-ours": {
    family: "ConfigError",
    transient: false,
    meaning: "The lake and the audit database do not belong together.",
    next:
      "Name the lake and the audit database that belong together in lake: and audit:, or remove both to start afresh.",
  },

  "http-unreachable": {
    family: "HttpError",
    transient: true,
    meaning: "No connection: refused, unknown host or no route.",
    next: "Check base_url and the network, then run again; nothing that was read is lost.",
  },
  "http-tls": {
    family: "HttpError",
    transient: false,
    meaning: "The server's certificate or TLS handshake was not accepted.",
    next:
      "Check the address and the clock; name the authority of a private certificate in DENO_CERT.",
  },
  "http-denied": {
    family: "HttpError",
    transient: false,
    meaning: "The runtime's permissions do not include this host.",
    next:
      "Name the host in base_url or allow_hosts; `headwaters pipeline plan` prints what a run may reach.",
  },
  "http-reset": {
    family: "HttpError",
    transient: true,
    meaning: "The connection broke before the whole body had arrived.",
    next: "Run again; if it is always the same page, ask for smaller pages.",
  },
  "http-timeout": {
    family: "HttpError",
    transient: true,
    meaning: "An attempt took longer than its timeout.",
    next: "Run again; raise timeout: or ask for smaller pages if the server is slow.",
  },
  "http-status": {
    family: "HttpError",
    transient: false,
    varies: true,
    meaning:
      "The server answered with an error status; 408, 413, 425, 429 and most 5xx are transient.",
    next:
      "Look up the status in the server's documentation; on_status says what a status means for a stream.",
  },
  "http-auth": {
    family: "HttpError",
    transient: false,
    meaning: "The server refused the credentials (401, 403 or the token endpoint).",
    next:
      "Check the variable that the message names: the token may be wrong, expired or without the scope.",
  },
  "http-content-type": {
    family: "HttpError",
    transient: true,
    meaning:
      "The answer has another content type than the one asked for (an HTML error page, say).",
    next:
      "Check path and params: a login page or an error page answers in HTML; say content_type if the API means it.",
  },
  "http-body-invalid": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer cannot be parsed (truncated JSON, wrong encoding).",
    next:
      "Run again; if the body is always broken, tell the API's owner, with the place that the message names.",
  },
  "http-body-error": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer reports an error.",
    next:
      "Read the server's own sentence in the message; error: says which field is an error, if this one is none.",
  },
  "http-records-missing": {
    family: "HttpError",
    transient: true,
    meaning: "The body of a 200 answer lacks the configured path to the records.",
    next: "Set records: to the path of the list in the body.",
  },
  "http-too-large": {
    family: "HttpError",
    transient: false,
    meaning: "The body is larger than the limit.",
    next: "Ask for smaller pages by size or params.",
  },
  "http-redirect": {
    family: "HttpError",
    transient: false,
    meaning: "A redirect was refused: another origin, too many hops or no Location.",
    next:
      "Put the address that the redirect leads to into base_url, or name its host in allow_hosts.",
  },

  "page-repeated": {
    family: "PaginationError",
    transient: true,
    meaning: "A page with the same records was read before in this stream.",
    next:
      "Run again; if it stays, check the pagination's parameter names: an API ignores what it does not know.",
  },
  "cursor-repeated": {
    family: "PaginationError",
    transient: false,
    meaning: "The next token was used before in this stream: the API loops.",
    next: "Check the path of the next token in pagination:.",
  },
  "next-cross-origin": {
    family: "PaginationError",
    transient: false,
    meaning: "The next link leads to another origin, which must not see the credentials.",
    next: "Name the host in allow_hosts if it may see the credentials.",
  },
  "window-capped": {
    family: "PaginationError",
    transient: false,
    meaning: "The shortest window of a stream still reaches the API's cap on results.",
    next:
      "Declare window.bounds, without which windows overlap; else narrow the stream by params: within one such window the API does not list all that it has.",
  },
  "next-invalid": {
    family: "PaginationError",
    transient: false,
    meaning: "The next link or token does not have the form that the configuration promises.",
    next: "Check pagination: type and path must fit what the API sends.",
  },

  "record-not-object": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["reject-file"],
    meaning: "A record is not a JSON object.",
    next: "Check records: it must lead to a list of objects.",
  },
  "record-key-missing": {
    family: "DataError",
    transient: false,
    meaning: "A record has no value for a part of its primary key.",
    next: "Check primary_key, or ask the API's owner why the field is missing.",
  },
  "record-cursor-missing": {
    family: "DataError",
    transient: false,
    meaning: "A record has no usable value in its incremental field.",
    next:
      "Check incremental: field and format must fit the records; quarantine has those that do not.",
  },
  "record-invalid": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["reject-file"],
    meaning: "A record cannot be read in its format.",
    next: "Look at it in quarantine: it has the bytes and their place.",
  },
  "record-too-large": {
    family: "DataError",
    transient: false,
    meaning:
      "A record is larger than `max_record_size`, or a row of a table than 128 MB as JSON; quarantine has its beginning, of a row its key.",
    next: "Raise max_record_size if such records are meant; shorten such a row in its database.",
  },
  "record-check": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A record or row breaks one of the stream's `checks`.",
    next: "Look at it in quarantine; correct it at its source, or the check.",
  },
  "record-contract": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning:
      "A record has a column that its stream's `contract: reject` does not know, or knows with another type.",
    next: "Look at it in quarantine; with contract: evolve the column is taken on.",
  },
  "check-failed": {
    family: "DataError",
    transient: false,
    meaning: "Records of a stream break a check of severity `fail`: nothing of it was published.",
    next: "Correct the data at its source, or the check, then run again: the stream is read again.",
  },
  "contract-broken": {
    family: "DataError",
    transient: false,
    meaning:
      "The columns of a stream with `contract: freeze` have changed, or a new one may hold what privacy names: nothing of it was published.",
    next:
      "Have the change taken back, read it once with contract: evolve, or name the column in privacy; the stream is read again.",
  },
  "record-credential": {
    family: "DataError",
    transient: false,
    meaning:
      "A record holds a credential of its own source, which must not reach the lake; quarantine has it with a placeholder.",
    next: "Ask the API's owner to leave the credential out, then exchange it.",
  },
  "page-failed": {
    family: "DataError",
    transient: false,
    meaning: "A page could not be fetched and was skipped by policy.",
    next:
      "Run again: a snapshot reads the page anew; for others read its range again with pipeline backfill.",
  },
  "row-keys-missing": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["accept", "reject-file"],
    meaning: "A JSON record lacks a key that `expect.columns` names.",
    next: "Ask the vendor, or accept such records if the key may be left out.",
  },
  "row-keys-extra": {
    family: "DataError",
    transient: false,
    severity: "accept",
    may: ["reject-row", "reject-file"],
    meaning: "A JSON record has a key that `expect.columns` does not name; it is kept.",
    next: "Add the key to expect.columns, or reject such records by on_finding.",
  },
  "row-columns": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["reject-file"],
    meaning: "A row has more or fewer columns than the header.",
    next:
      "Look at it in quarantine, and ask the vendor; a quote or delimiter in a value is the usual cause.",
  },
  "row-quote": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["accept", "reject-file"],
    meaning:
      "A row has a quote that is not closed or is in the wrong place; `accept` takes those within a field as text.",
    next: "Look at it in quarantine, and ask the vendor to write quotes within a value twice.",
  },
  "row-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning:
      "A row is longer than the limit; with all the lines in its values it is one row, and the next one is read.",
    next: "Look for a quote that is not closed before it, or let rows be longer.",
  },
  "row-header": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    may: ["accept", "reject-file"],
    meaning: "A row is the header once more.",
    next: "Ask the vendor whether files were put together; accept it if it is data.",
  },
  "row-line-end": {
    family: "DataError",
    transient: false,
    severity: "accept",
    may: ["reject-row", "reject-file"],
    meaning: "A value holds line ends, so that readers need `multiLine`.",
    next: "Reject such rows if an engine of yours cannot read them.",
  },
  "row-footer": {
    family: "DataError",
    transient: false,
    severity: "accept",
    may: ["reject-file"],
    meaning: "Rows at the end match `dialect.footer`, and are left out.",
    next: "Look at the first of them: a pattern that matches data loses it.",
  },
  "row-comment": {
    family: "DataError",
    transient: false,
    severity: "accept",
    may: ["reject-file"],
    meaning: "Lines begin with `dialect.comment`, and are left out.",
    next: "Look at the first of them: a row whose first value begins so is left out, too.",
  },
  "file-empty": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file has no rows.",
    next: "Ask the vendor whether the file was meant to be empty; allow_empty takes such files.",
  },
  "file-too-large": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file is larger than `expect.max_size`, as it is there or decompressed.",
    next: "Raise expect.max_size if such files are meant.",
  },
  "file-too-small": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file is smaller than `expect.min_size`.",
    next: "Ask for the file again, or lower expect.min_size.",
  },
  "file-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file is not in the expected encoding.",
    next: "Say which encoding it is (dialect.encoding), or ask for the file in the expected one.",
  },
  "file-nul": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A text file holds NUL bytes.",
    next: "Ask for the file again: it is binary, UTF-16 or was not written to its end.",
  },
  "file-header": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file's header lacks columns of its stream and has unknown ones, or cannot be read.",
    next:
      "Compare the header with expect.columns, or with the first file of the stream; change either, and the file is looked at again.",
  },
  "file-header-order": {
    family: "DataError",
    transient: false,
    severity: "repair",
    may: ["reject-file"],
    meaning:
      "A file has the columns of its stream in another order; they are put in order by their names.",
    next: "Nothing, or reject such files by on_finding.",
  },
  "file-header-case": {
    family: "DataError",
    transient: false,
    severity: "repair",
    may: ["reject-file"],
    meaning: "A file's column names differ from those of its stream in capitals or spaces only.",
    next: "Nothing, or reject such files by on_finding.",
  },
  "file-header-name": {
    family: "DataError",
    transient: false,
    severity: "repair",
    may: ["reject-file"],
    meaning:
      "A column has no name, or one with a line end: it becomes `_c2`, as in Spark, or a space.",
    next: "Nothing, or reject such files by on_finding.",
  },
  "file-header-duplicate": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    may: ["repair"],
    meaning: "Two columns have one name, which Spark cannot read; `repair` numbers them.",
    next: "Ask the vendor for other names, or repair them by on_finding.",
  },
  "file-delimiter": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    may: ["accept"],
    meaning: "A header is one column whose name holds what is a delimiter elsewhere.",
    next:
      "Say the delimiter (dialect.delimiter; headwaters files inspect proposes it), or accept it by on_finding.",
  },
  "file-columns-extra": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    may: ["repair"],
    meaning: "A file has more columns than its stream; `repair` leaves them out.",
    next: "Give such files a stream of their own, or repair them by on_finding.",
  },
  "file-columns-missing": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    may: ["repair"],
    meaning: "A file has fewer columns than its stream; `repair` leaves them empty.",
    next: "Ask the vendor for the whole file, or repair it by on_finding.",
  },
  "file-bom": {
    family: "DataError",
    transient: false,
    severity: "repair",
    may: ["reject-file"],
    meaning: "A file begins with a byte order mark, which would stick to its first column's name.",
    next: "Nothing: it is left out.",
  },
  "file-line-ends": {
    family: "DataError",
    transient: false,
    severity: "repair",
    may: ["reject-file"],
    meaning: "A file's lines end in more than one way, or with CR alone.",
    next: "Nothing: lines end with LF in the lake.",
  },
  "file-kind": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A file's content is not what its name says.",
    next: "Rename the file, or ask for it in the format that its name says.",
  },
  "file-json": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A JSON file is cut off, is not JSON around its records, or has no list at `dialect.records`.",
    next: "Ask for the whole file, or set dialect.records to the path of the list.",
  },
  "file-sidecar": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A file is not what the file that announces it says, in size, checksum or rows; it gets no verdict, and waits.",
    next: "Ask the vendor for both again; the next run compares them anew.",
  },
  "file-version": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A published file has other content now, and `on_change` is `reject`.",
    next: "Ask the vendor why; set on_change to append or replace if such changes are meant.",
  },
  "file-archive": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A zip archive or workbook, or a file or sheet in it, cannot be read: cut off, encrypted, packed in another way than by deflate, with a name that leads out, or with a formula that was saved without its value.",
    next:
      "Ask for it again as a whole zip without a password, with a path of its own inside for each file, or unpack it next to it.",
  },
  "file-bomb": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "Compressed content grows to over 256 MiB, and to over 500 times its size.",
    next: "Ask the vendor what it is; if it is meant, decompress it before it is taken in.",
  },
  "file-corrupt": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A compressed file cannot be decompressed to its end.",
    next: "Ask for the file again: it was cut off or damaged on the way.",
  },
  "file-type": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A file's name says no format that is supported, or another one than that of its stream.",
    next:
      "Give the file the ending of its format, such as .csv or .csv.gz, or leave it out by include:.",
  },
  "file-changed": {
    family: "DataError",
    transient: true,
    meaning: "A file changed while it was read.",
    next:
      "Raise min_age so that the vendor is done before the file is read; the next run looks at it again.",
  },
  "file-unfit": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "No row of a file is good, or more than 100,000 are not, so that the file as a whole is rejected.",
    next: "Look at its first rejects: delimiter, encoding or header are the usual causes.",
  },
  "file-name-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A file's or folder's name is not UTF-8, so that the runtime cannot open it: rename it.",
    next: "Rename it in UTF-8.",
  },
  "file-unreadable": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning:
      "A file or folder cannot be read, or is a pipe, socket or device; the rest of its source is read.",
    next: "Give the user of the run the right to read it, or move it out of the folder.",
  },
  "file-link": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "A symbolic link leads out of the source's folder, to itself or nowhere.",
    next:
      "Put the file itself into the folder, or name the folder that the link leads to as the source.",
  },
  "line-unrecognized": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line fits no known format.",
    next: "Name the format with --format or format:, if it is one of those in REFERENCE.md.",
  },
  "line-malformed": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line breaks the grammar of its format.",
    next: "Look at it among the rejects: column and bytes are there.",
  },
  "line-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line is longer than the limit.",
    next: "Look at it among the rejects; a line this long is often several without line ends.",
  },
  "line-encoding": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log line is not valid UTF-8.",
    next: "Look at it among the rejects, or convert the log into UTF-8.",
  },
  "log-truncated": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning:
      "A log cannot be decompressed or decoded to its end; its whole lines up to there are kept. Where bytes were changed, and not cut off, some of them may be wrong.",
    next: "Fetch the log again: its whole lines are there, the end is missing.",
  },
  "event-too-long": {
    family: "DataError",
    transient: false,
    severity: "reject-row",
    meaning: "A log event has more continuation lines than the limit; those over it are rejected.",
    next: "Look whether the log's events begin in a form that is recognized.",
  },
  "log-unbalanced": {
    family: "DataError",
    transient: false,
    severity: "reject-file",
    meaning: "The lines of a log do not add up: a fault of the parser, nothing may be published.",
    next: "Please report it, with the log if it may be shown.",
  },

  "storage-full": {
    family: "StorageError",
    transient: false,
    meaning: "No space left on the device.",
    next: "Free space on the device that the message names, then run again.",
  },
  "storage-denied": {
    family: "StorageError",
    transient: false,
    meaning: "The system or the runtime's permissions deny access to a path.",
    next: "Give the user of the run access to the path, or name another one.",
  },
  "storage-missing": {
    family: "StorageError",
    transient: false,
    meaning: "A file or folder that must exist does not.",
    next: "Check the path, and that its disk is mounted.",
  },
  "storage-io": {
    family: "StorageError",
    transient: false,
    meaning: "Reading or writing failed.",
    next: "Check the disk, then run again; nothing that was committed is lost.",
  },
  "storage-damaged": {
    family: "StorageError",
    transient: false,
    meaning: "A staged or published file is not what the audit database says it is.",
    next: "Bring the file back from a copy; what altered it is not this program.",
  },
  "lake-damaged": {
    family: "StorageError",
    transient: false,
    meaning: "Published files are missing from the lake or were altered.",
    next:
      "Bring the files back from a copy, or remove lake and audit database together to read everything again.",
  },
  "publication-lost": {
    family: "StorageError",
    transient: false,
    meaning: "Staged files vanished before they were published; they are read again.",
    next: "Nothing: what it held is read again.",
  },

  "database-busy": {
    family: "DatabaseError",
    transient: true,
    meaning:
      "Another process holds the database's write lock, or a server has no room or lets another go first.",
    next: "Wait for the other process, then run again.",
  },
  "database-unreachable": {
    family: "DatabaseError",
    transient: true,
    meaning: "No connection to the database server, or it broke.",
    next: "See that the server runs and can be reached from here, then run again.",
  },
  "database-timeout": {
    family: "DatabaseError",
    transient: true,
    meaning: "The database server ended a statement that took too long.",
    next: "Raise `statement_timeout`, or index the key that is read by.",
  },
  "database-denied": {
    family: "DatabaseError",
    transient: false,
    meaning: "The database server refuses the user, the password or the access to a table.",
    next: "Check user, password, rights, `sslmode` and certificate.",
  },
  "database-constraint": {
    family: "DatabaseError",
    transient: false,
    meaning: "A statement breaks a constraint of the database.",
    next:
      "Correct the row that the message names; if it is of the audit database, please report it.",
  },
  "database-statement": {
    family: "DatabaseError",
    transient: false,
    meaning: "A statement is wrong or does not fit the schema.",
    next:
      "Compare what the message names with the tables of that database; those of an audit database are in REFERENCE.md, and headwaters audit rebuild makes one that lacks a table again.",
  },
  "engine-failed": {
    family: "DatabaseError",
    transient: false,
    meaning:
      "A program that reads the lake (DuckDB, Spark) failed; what it had not finished, it undid.",
    next: "Its message says why; once that is mended, the same command goes on.",
  },
  "lake-differs": {
    family: "DatabaseError",
    transient: false,
    meaning: "An engine finds other rows in the lake than its manifests say.",
    next: "Run the pipeline: it looks for damaged files. If it finds none, please report it.",
  },
  "database-damaged": {
    family: "DatabaseError",
    transient: false,
    meaning: "The database is corrupt.",
    next: "Bring the database back from a copy; an audit database can be rebuilt from its lake.",
  },
  "database-foreign": {
    family: "DatabaseError",
    transient: false,
    meaning: "The file is another program's database or none at all; it is not touched.",
    next: "Name another file in audit:.",
  },
  "database-older": {
    family: "DatabaseError",
    transient: false,
    meaning: "The audit database was written by an older version and is only read.",
    next: "Start a run: it brings the database to this version.",
  },
  "database-newer": {
    family: "DatabaseError",
    transient: false,
    meaning: "The database was written by a newer version, or by one with another history.",
    next: "Use the version of this program that wrote it, or a newer one.",
  },
  "database-io": {
    family: "DatabaseError",
    transient: false,
    meaning: "SQLite could not read or write the database.",
    next: "Check the disk and the rights on the file and its folder, then run again.",
  },

  "internal-fault": {
    family: "InternalError",
    transient: false,
    meaning: "A fault of this program; the log has its place.",
    next: "Please report it, with the log of the run.",
  },
  "source-fault": {
    family: "InternalError",
    transient: false,
    meaning: "A source of your own threw an error of its own.",
    next: "Mend your module; the message says what it threw, the log where.",
  },

  "suspended-wait": {
    family: "SuspendedError",
    transient: true,
    meaning: "The server asked for a longer wait than `retry.max_wait`.",
    next: "Run again after the time that the message names, or raise retry.max_wait.",
  },
  "suspended-origin": {
    family: "SuspendedError",
    transient: true,
    meaning: "An origin failed again and again after all retries and is left alone for a while.",
    next: "Run again later; it resumes where it stopped.",
  },
  "suspended-signal": {
    family: "SuspendedError",
    transient: true,
    meaning: "A signal asked the run to stop, or killed it.",
    next: "Run again; it resumes where it stopped.",
  },
  "suspended-locked": {
    family: "SuspendedError",
    transient: true,
    meaning: "Another run of this pipeline is under way.",
    next: "Wait until the other run has ended.",
  },
} as const satisfies Record<string, ErrorCodeInfo>;

/** A code of {@linkcode ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes that one error class may carry. */
export type CodeOf<Family extends string> = {
  [C in ErrorCode]: (typeof ERROR_CODES)[C]["family"] extends Family ? C : never;
}[ErrorCode];

/** A message of each code as a real cause leads to it; written by tests/errors/causes/write_examples.ts, and compared by the tests. */
export const EXAMPLES: Readonly<Record<ErrorCode, string>> = {
  "usage":
    'Cannot use flag "--jsno": it is unknown; did you mean "--json"? (see headwaters files split --help)',
  "config-not-found":
    'Cannot read configuration "/srv/shop/shop.yaml": no such file; check its name',
  "config-syntax":
    'Cannot parse configuration "/srv/shop/shop.yaml" at line 1, column 7: a { or [ is not closed; close it',
  "config-invalid":
    'Cannot use configuration "/srv/shop/shop.yaml": 1 problem\n  sources[0].type: missing, expected one of api, database, files, logs, module; is "typ" meant to be "type"? (line 3)',
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
  "row-footer": 'Cannot prepare "a.csv": it matches dialect.footer, and is left out',
  "row-comment": 'Cannot prepare "a.csv": it begins with dialect.comment, and is left out',
  "file-empty": 'Cannot prepare "a.csv": it is empty',
  "file-too-large": 'Cannot prepare "a.csv": it has 14 bytes, expected at most 10',
  "file-too-small": 'Cannot prepare "a.csv": it has 14 bytes, expected at least 1000',
  "file-encoding":
    'Cannot prepare "a.csv": byte 10 is 0xE9, expected UTF-8 (it looks like Latin-1 or Windows-1252); say which encoding it is, or ask for it in UTF-8',
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
    'Cannot prepare "a.pdf": its name must end with .csv, .tsv, .tab, .json, .jsonl or .ndjson, with or without .gz or .zst',
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
    'Cannot read audit database "/srv/shop/a.db": it is empty; run the pipeline once, which sets it up, or remove it and make it again from a lake that has data, by headwaters audit rebuild',
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
