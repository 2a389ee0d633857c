import { withRealPaths } from "../process/mod.ts";
import { escapeLine, jsonDocument } from "../terminal/mod.ts";
import { type Access, permissionFlags, writtenPaths } from "./access.ts";
import { temporaryName } from "./temporary_name.ts";

/** Says what a command would be granted: all of it, under the names that the runtime gets. */
export function renderDryRun(access: Access, options: { readonly json: boolean }): string {
  const { files = [], folders = [], inPlace = [], net = [], env = [] } = access;
  const written = withRealPaths(writtenPaths(access));
  const names = new Set(withRealPaths([...files, ...folders].map(temporaryName)));
  const temporary = written.filter((path) => names.has(path));
  const write = written.filter((path) => !names.has(path));
  const read = grantedReads(access).filter((path) => !written.includes(path));
  if (options.json) {
    return jsonDocument({ dry_run: true, read, write, temporary, net, env });
  }
  const lines = [
    ...read.map((path) => `read   ${path}`),
    ...write.map((path) => `write  ${path}${inPlace.includes(path) ? " (in place)" : ""}`),
    ...temporary.map((path) => `write  ${path} (temporary name)`),
    ...net.map((host) => `net    ${host}`),
    ...env.map((name) => `env    ${name}`),
  ];
  return [
    "Dry run, nothing is written. It would have these permissions and no others:\n",
    ...lines.map((line) => `  ${escapeLine(line)}\n`),
    ...(written.length === 0 ? [] : ["What it may write it may read as well.\n"]),
  ].join("");
}

/** The paths as the flag says them, which leaves out what is in a folder among them. */
function grantedReads(access: Access): string[] {
  const flag = "--allow-read=";
  return permissionFlags(access).filter((one) => one.startsWith(flag))
    .flatMap((one) => one.slice(flag.length).split(","));
}
