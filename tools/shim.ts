import { win32 } from "node:path";
import { dirname, join } from "@std/path";

/** The mark that distinguishes the script from another program's file. */
const MARK = "headwaters-shim";
const NOTE = `${MARK}: written by "deno task install"; calls the clone that is named below`;

/** Name of the script on a system. */
export function shimName(os: typeof Deno.build.os = Deno.build.os): string {
  return os === "windows" ? "headwaters.cmd" : "headwaters";
}

/** Returns whether a file was written by {@linkcode shimText}, of this clone or another. */
export function isShim(text: string): boolean {
  return text.includes(MARK);
}

/**
 * Returns the script that calls the clone in a folder from wherever the user is. The runtime is not to ask for a newer
 * version of itself: nobody has named that host. Telemetry is the run's: the launcher sends none, see `callerHere`.
 */
export function shimText(
  root: string,
  { deno, os = Deno.build.os }: {
    /** The runtime that installs it, for where none is in PATH; what the command starts is looked up there as well. */
    readonly deno: string;
    readonly os?: typeof Deno.build.os;
  },
): string {
  return os === "windows" ? windowsShim(root, deno) : posixShim(root, deno);
}

function posixShim(root: string, deno: string): string {
  const quoted = inQuotes(root);
  return `#!/bin/sh
# ${NOTE}
root=${quoted}
if [ ! -f "$root/lib/cli/headwaters.ts" ]; then
  echo "Cannot run headwaters: its clone is no longer in \\"$root\\"; run deno task install where it is now" >&2
  exit 78
fi
if ! here="$(pwd -P 2>/dev/null)" || [ ! -d "$here" ]; then
  echo "Cannot run headwaters: the folder where it was called is gone; go to one that is there" >&2
  exit 64
fi
if ! command -v deno >/dev/null 2>&1; then
  bin=${inQuotes(dirname(deno))}
  if [ ! -x "$bin/deno" ]; then
    echo "Cannot run headwaters: deno is not in PATH, and no longer in \\"$bin\\"; put it there, or run npx -y deno task install in \\"$root\\" again" >&2
    exit 78
  fi
  PATH="$PATH:$bin"
  export PATH
fi
DENO_NO_UPDATE_CHECK=1 HEADWATERS_OTEL="$OTEL_DENO" OTEL_DENO=false INIT_CWD="$here" exec deno run --no-prompt --quiet --config "$root/deno.json" \\
  --allow-read --allow-env --allow-run=deno "$root/lib/cli/headwaters.ts" "$@"
`;
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function windowsShim(root: string, deno: string): string {
  const escaped = root.replaceAll("%", "%%");
  const bin = win32.dirname(deno).replaceAll("%", "%%");
  const lines = [
    "@echo off",
    `rem ${NOTE}`,
    "setlocal",
    `set "ROOT=${escaped}"`,
    'set "INIT_CWD=%CD%"',
    'set "DENO_NO_UPDATE_CHECK=1"',
    'set "HEADWATERS_OTEL=%OTEL_DENO%"',
    'set "OTEL_DENO=false"',
    `if not exist "%ROOT%\\${join("lib", "cli", "headwaters.ts").replaceAll("/", "\\")}" (`,
    '  echo Cannot run headwaters: its clone is no longer in "%ROOT%"; run deno task install where it is now 1>&2',
    "  exit /b 78",
    ")",
    `where /q deno || set "PATH=%PATH%;${bin}"`,
    'deno run --no-prompt --quiet --config "%ROOT%\\deno.json" --allow-read --allow-env --allow-run=deno "%ROOT%\\lib\\cli\\headwaters.ts" %*',
  ];
  return `${lines.join("\r\n")}\r\n`;
}
