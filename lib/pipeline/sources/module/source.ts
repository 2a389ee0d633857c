import { readJson } from "../../../audit/mod.ts";
import { stageRecords } from "../../record_stream.ts";
import type { Json } from "../../own_source.ts";
import { hashFile } from "../../../files/mod.ts";
import { readEnvironment } from "../../../config/mod.ts";
import { ConfigError } from "../../../errors/mod.ts";
import { isSecretVariable, Secret } from "../../../secrets/mod.ts";
import type { SourceType } from "../../source_type.ts";
import { Credentials } from "../_credentials.ts";
import { checkRules, rulesOf } from "../_rules_schema.ts";
import { askModule } from "./ask_module.ts";
import { guardModule } from "./guard.ts";
import { absolute, describeSource, loadSource } from "./load.ts";
import { ModuleMemory, readModule } from "./read.ts";
import { moduleSchema, type ModuleSource } from "./schema.ts";

/** A source of the user's own: a module with the interface `Source`. */
export const moduleSource: SourceType<ModuleSource> = {
  type: "module",
  schema: moduleSchema,
  describe: async (config, how) => {
    if (how === "here") guardModule(config.module);
    const description = how === "here"
      ? describeSource(await loadSource(config.module), config)
      : await askModule(config);
    guardVariables(config.module, description.needs?.env ?? []);
    return { ...config, description, sha256: (await hashFile(config.module)).sha256 };
  },
  needs: ({ module, description }) => ({
    net: description?.needs?.net ?? [],
    read: [module, ...description?.needs?.read ?? []],
    env: description?.needs?.env ?? [],
  }),
  check: checkRules,
  readKey: "module",
  unit: "pages",
  streams: ({ description, tolerance, ...rules }) =>
    (description?.streams ?? []).map((stream) => ({
      stream: stream.name,
      mode: stream.mode ?? "snapshot",
      limits: { ...tolerance },
      ...rulesOf(rules),
    })),
  open: async (config, ctx) => {
    const guard = guardModule(config.module);
    const source = await loadSource(config.module);
    const credentials = new Credentials(secretsOf(config.description?.needs?.env ?? []));
    return {
      open: (plan, record) => {
        const stream = config.description?.streams.find(({ name }) => name === plan.stream);
        const memory = new ModuleMemory(stream ?? { name: plan.stream }, credentials);
        return {
          memory,
          read: async () => {
            const { watermark_from: from, watermark_to: reached } = record.row;
            // Of the batches that were kept before the run was stopped.
            if (reached !== null) memory.state = readJson(ctx.db, "streams", reached) as Json;
            const request = {
              stream: plan.stream,
              options: config.options,
              state: (from === null ? null : readJson(ctx.db, "streams", from)) as Json,
              path: (relative: string) => absolute(relative, config.root),
              signal: ctx.signal,
            };
            await stageRecords(ctx, record, {
              memory,
              batches: (position) =>
                readModule(source, {
                  module: config.module,
                  request: { ...request, position: (position ?? null) as Json },
                  memory,
                  guard,
                  pages: record.row.pages,
                }),
            });
          },
        };
      },
      [Symbol.asyncDispose]: () => {
        guard[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  },
};

/** What a module asks for by name must be there, and its value is kept out of logs and messages. */
function guardVariables(module: string, names: readonly string[]): void {
  for (const name of names) {
    const value = readEnvironment(name);
    if (!value) {
      throw new ConfigError(
        "config-env-missing",
        `Cannot use module "${module}": it needs environment variable "${name}", which is not set`,
        { context: { module, name } },
      );
    }
    new Secret(value, name);
  }
}

/** Returns the credentials among some variables. */
function secretsOf(names: readonly string[]): Secret[] {
  return names.filter(isSecretVariable).flatMap((name) => {
    const value = readEnvironment(name);
    return value ? [new Secret(value, name)] : [];
  });
}
