import { inspect } from "node:util";
import { ConfigError } from "../../lib/errors/mod.ts";
import { redact } from "../../lib/logging/mod.ts";
import { loadConfig, type PipelineConfig, type SourceConfig } from "../../lib/pipeline/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";

/** The keys of a source that this step needs. */
interface ApiSource extends SourceConfig {
  readonly auth: { readonly token: Secret };
}

const WRONG = `name: My Pipeline
lake: data/lake
audit: data/audit.db
sources:
  - name: usgs
    type: api
    base_url: https://earthquake.usgs.gov
    timeout: 30
    auth: { type: bearer, token: abc123 }
    streams:
      - name: events
        path: /query
        pagination: { type: ofset }
`;

const WITH_SECRET = `name: secret
lake: data/lake
audit: data/audit.db
sources:
  - name: github
    type: api
    base_url: https://api.github.com
    auth: { type: bearer, token: "\${GITHUB_TOKEN}" }
    streams: [{ name: events, path: /events }]
`;

/** Loads one file thrice: alone, with a variable that overrides it, and with a flag that overrides both. */
export async function showLayers(
  narrator: Narrator,
  work: WorkFolders,
  path: string,
): Promise<PipelineConfig> {
  const load = (options: { env?: string; flag?: string }) =>
    loadConfig(path, {
      env: (name) => name === "HEADWATERS_LAKE" ? options.env : undefined,
      overrides: { lake: options.flag },
    });
  const config = await load({});
  const fromEnv = await load({ env: "/mnt/lake" });
  const fromFlag = await load({ env: "/mnt/lake", flag: "/tmp/try" });
  narrator.table([{ title: "set by" }, { title: "" }, { title: "config.lake" }], [
    ["the file", "lake: …", work.show(config.lake)],
    ["the environment", "HEADWATERS_LAKE=/mnt/lake", fromEnv.lake],
    ["the command line", "--lake=/tmp/try, variable still set", fromFlag.lake],
  ]);
  narrator.prove(
    "flags win over the environment, which wins over the file",
    fromEnv.lake === "/mnt/lake" && fromFlag.lake === "/tmp/try" && config.lake !== fromEnv.lake,
    `${config.sources.length} sources in the file`,
  );
  return config;
}

/** Loads a file with four mistakes. */
export async function showWrongConfig(narrator: Narrator, work: WorkFolders): Promise<void> {
  const path = work.path(0, "wrong.yaml");
  await Deno.writeTextFile(path, WRONG);
  const message = await loadConfig(path, { root: work.root }).then(
    () => "accepted",
    (error: unknown) => error instanceof ConfigError ? error.message : String(error),
  );
  narrator.wrappedOutput(message.replaceAll(path, work.show(path)));
  const named = ["name", "timeout", "auth.token", "pagination.type"];
  narrator.prove(
    "one message names every mistake, and repeats no credential",
    named.every((key) => message.includes(key)) && !message.includes("abc123"),
    `${named.length} mistakes named`,
  );
}

/** Turns a token into text in every way that puts it into logs. */
export async function showSecret(narrator: Narrator, work: WorkFolders): Promise<void> {
  const path = work.path(0, "secret.yaml");
  await Deno.writeTextFile(path, WITH_SECRET);
  const value = `ghp_${crypto.randomUUID().replaceAll("-", "")}`;
  const env = (name: string) => name === "GITHUB_TOKEN" ? value : undefined;
  const { sources: [source] } = await loadConfig(path, { root: work.root, env });
  const { auth } = source as SourceConfig as ApiSource;
  const { token } = auth;
  const lines = [
    `\`\${token}\`           ${token}`,
    `inspect(auth)        ${inspect(auth).replaceAll(/\s+/g, " ")}`,
    `JSON.stringify(auth) ${JSON.stringify(auth)}`,
    `a log line           ${redact(`GET /events with Authorization: Bearer ${value}`)}`,
  ];
  narrator.output(lines.join("\n"));
  narrator.prove(
    "a secret never prints, yet reaches the request",
    token instanceof Secret && token.reveal() === value && !lines.join("").includes(value),
    `${lines.length} ways tried`,
  );
}
