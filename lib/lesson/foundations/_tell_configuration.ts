import { inspect } from "node:util";
import { ConfigError } from "../../errors/mod.ts";
import { redact } from "../../logging/mod.ts";
import { loadConfig, type PipelineConfig, type SourceConfig } from "../../pipeline/mod.ts";
import { Secret } from "../../secrets/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { PROJECT_CONFIG, projectConfig } from "./project_config.ts";

/** What this step needs of a source, as the configuration has it. */
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

/** Step 3: configuration that is checked before anything runs, in three layers, and secrets that do not print. */
export async function tellConfiguration(
  teller: Teller,
  work: WorkFolders,
): Promise<PipelineConfig> {
  const path = work.path(0, PROJECT_CONFIG);
  await Deno.writeTextFile(path, projectConfig(work));
  teller.step(
    "Configuration: one typed file, checked as a whole before anything runs",
    `The project's own configuration is written to ${work.show(path)}. ` +
      "The command line wins over the environment, which wins over the file:",
  );
  const load = (options: { env?: string; flag?: string }) =>
    loadConfig(path, {
      env: (name) => name === "HEADWATERS_LAKE" ? options.env : undefined,
      overrides: { lake: options.flag },
    });
  const config = await load({});
  const fromEnv = await load({ env: "/mnt/lake" });
  const fromFlag = await load({ env: "/mnt/lake", flag: "/tmp/try" });
  teller.table([{ title: "set by" }, { title: "" }, { title: "config.lake" }], [
    ["the file", "lake: …", work.show(config.lake)],
    ["the environment", "HEADWATERS_LAKE=/mnt/lake", fromEnv.lake],
    ["the command line", "--lake=/tmp/try, with the variable still set", fromFlag.lake],
  ]);
  teller.prove(
    "flags win over the environment, which wins over the file",
    fromEnv.lake === "/mnt/lake" && fromFlag.lake === "/tmp/try" && config.lake !== fromEnv.lake,
    `${config.sources.length} sources in the file`,
  );
  await tellWrongConfig(teller, work);
  await tellSecret(teller, work);
  return config;
}

async function tellWrongConfig(teller: Teller, work: WorkFolders): Promise<void> {
  const path = work.path(0, "wrong.yaml");
  await Deno.writeTextFile(path, WRONG);
  teller.say(
    "A wrong file is rejected as a whole, with every mistake and its line, before a single request:",
  );
  const message = await loadConfig(path, { root: work.root }).then(
    () => "accepted",
    (error: unknown) => error instanceof ConfigError ? error.message : String(error),
  );
  teller.wrappedOutput(message.replaceAll(path, work.show(path)));
  const named = ["name", "timeout", "auth.token", "pagination.type"];
  teller.prove(
    "one message names every mistake, and repeats no credential",
    named.every((key) => message.includes(key)) && !message.includes("abc123"),
    `${named.length} mistakes named`,
  );
}

async function tellSecret(teller: Teller, work: WorkFolders): Promise<void> {
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
  teller.say(
    "A credential comes from the environment only, and prints as nothing but *** however it is turned into text:",
  );
  teller.output(lines.join("\n"));
  teller.prove(
    "a secret never prints, yet reaches the request",
    token instanceof Secret && token.reveal() === value && !lines.join("").includes(value),
    `${lines.length} ways tried`,
  );
}
