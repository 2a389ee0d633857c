import { escapeLine, jsonDocument } from "../terminal/mod.ts";
import { type Access, temporaryName, writtenPaths } from "./access.ts";

/** Says what a command would be allowed to do, and nothing beyond that is what it can do. */
export function renderDryRun(access: Access, options: { readonly json: boolean }): string {
  const { databases = [], files = [], folders = [], inPlace = [], net = [], env = [] } = access;
  const read = [...access.read ?? [], ...databases];
  const temporary = [...files, ...folders].map(temporaryName);
  const write = writtenPaths(access).filter((path) => !temporary.includes(path));
  if (options.json) {
    return jsonDocument({ dry_run: true, read, write, net, env });
  }
  const lines = [
    ...read.map((path) => `read   ${path}`),
    ...write.map((path) => `write  ${path}${inPlace.includes(path) ? " (in place)" : ""}`),
    ...net.map((host) => `call   ${host}`),
    ...env.map((name) => `know   ${name}`),
  ];
  return [
    "Dry run, nothing is written. The command would have these permissions and no others:\n",
    ...lines.map((line) => `  ${escapeLine(line)}\n`),
    ...(temporary.length === 0
      ? []
      : ['What it writes is named ".tmp" at its end until it is whole.\n']),
  ].join("");
}
