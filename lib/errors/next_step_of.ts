import { ERROR_CODES, type ErrorCode } from "./error_codes.ts";

/** What to do where no configuration is read and nothing is resumed: a command on files of the user's. */
const STANDALONE: Partial<Readonly<Record<ErrorCode, string>>> = {
  "config-invalid": "Change what the message names; REFERENCE.md says what may be there.",
  "http-unreachable": "Check the URL and the network, then run it again.",
  "http-denied": "Check the URL: its scheme, its port and where it redirects to.",
  "http-timeout": "Run it again; ask for less at a time if the server is slow.",
  "http-status": "Look up the status in the server's documentation.",
  "http-content-type": "Check the URL: a login page or an error page answers in HTML.",
  "http-body-error": "Read the server's own sentence in the message.",
  "http-records-missing": "Set --records to the path of the list in the body.",
  "http-too-large": "Ask for smaller pages.",
  "http-redirect": "Name the address that the redirect leads to.",
  "row-keys-extra": "Ask the vendor, or leave the file out.",
  "row-columns": "Ask the vendor; a quote or delimiter in a value is the usual cause.",
  "row-quote":
    "Say with --escape how quotes within a value are written, or ask the vendor to write them twice.",
  "file-encoding":
    "Say which encoding it is with --encoding, or ask for the file in the expected one.",
  "file-empty": "Leave the file out, or ask the vendor whether it was meant to be empty.",
  "file-too-large": "Leave the file out.",
  "file-too-small": "Ask for the file again.",
  "file-header": "Compare the header with that of the other files.",
  "file-header-order": "Put the columns in one order.",
  "file-header-case": "Give the columns the same names.",
  "file-header-name": "Give the column a name.",
  "file-header-duplicate": "Ask the vendor for other names.",
  "file-delimiter": "Say the delimiter with --delimiter; headwaters files inspect proposes it.",
  "file-columns-extra":
    "Leave other columns out with --on file-columns-extra=repair, or keep such files apart.",
  "file-columns-missing": "Ask the vendor for the whole file.",
  "file-json": "Ask for the whole file.",
  "file-bomb":
    "Ask the vendor what it is; if it is meant, decompress it with another program, such as gunzip or unzip.",
  "file-version": "Ask the vendor why it changed.",
  "file-type": "Give the file the ending of its format, such as .csv or .csv.gz, or leave it out.",
  "file-changed": "Run it again when nobody writes the file any more.",
  "database-timeout": "Run it again, or index the key that is read by.",
  "database-foreign": "Name another file.",
  "suspended-wait": "Run it again after the time that the message names.",
  "suspended-origin": "Run it again later.",
  "suspended-signal": "Run it again.",
};

/** Returns what to do about a code, in words that fit the command: one with a configuration, or one without. */
export function nextStepOf(
  code: ErrorCode,
  { standalone }: { readonly standalone: boolean },
): string {
  return (standalone ? STANDALONE[code] : undefined) ?? ERROR_CODES[code].next;
}
