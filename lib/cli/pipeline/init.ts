import { dirname, relative } from "node:path";
import { hostAndPort, parseTableAddress } from "../../db/table_address.ts";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { asTyped, countOf, escapeLine, jsonDocument, shellWord } from "../../terminal/mod.ts";
import { type Access, hostOf } from "../access.ts";
import { defineCommand } from "../command.ts";
import { load } from "../load.ts";
import { writeWhole } from "../outputs.ts";
import { variableOf } from "../server_flags.ts";
import { pathFrom } from "../words.ts";
import { JSON_FLAG } from "./_flags.ts";

const OUT = "pipeline.yaml";

/** `headwaters pipeline init TARGET` */
export const pipelineInit = defineCommand({
  spec: {
    name: "",
    meaning:
      "Write a first configuration for an address, a folder or a database, from what it reads there",
    words: { TARGET: "https://HOST/PATH, a folder, sqlite:FILE or postgres://USER@HOST/DATABASE" },
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The configuration",
        default: OUT,
      },
      "secret-env": {
        type: "string",
        value: "NAME",
        meaning: "Environment variable that holds the API's bearer token, or the password",
      },
      force: { type: "boolean", short: "f", meaning: "Replace the file if it exists" },
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline init https://api.example.com/v1/orders?limit=100":
        "where the records are, how they are paged, what tells them apart",
      "headwaters pipeline init drop -o vendor/pipeline.yaml": "the files of a folder",
      "headwaters pipeline init sqlite:shop.db": "a stream for each table",
    },
  },
  access({ words, flags }, cwd, env): Access {
    const secret = flags["secret-env"];
    if (secret !== undefined && !env[variableOf(secret)]) {
      throw new UsageError("usage", `Cannot use --secret-env: the variable ${secret} is not set`);
    }
    const target = targetOf(words[0] ?? "", cwd);
    const files = [pathFrom(cwd, flags.out ?? OUT)];
    const about = { files, env: secret === undefined ? [] : [secret], hidesEnv: true };
    if (target.kind === "address") return { ...about, net: [hostOf(new URL(target.text))] };
    if (target.kind === "folder") return { ...about, read: [target.path] };
    const { address } = target;
    return address.engine === "sqlite"
      ? { ...about, databases: [address.path] }
      : { ...about, net: [hostAndPort(address)] };
  },
  async run({ words, flags }, { cwd, signal, write }) {
    const { proposeSources, renderProposal } = await load("pipeline/mod.ts");
    const target = targetOf(words[0] ?? "", cwd);
    const out = pathFrom(cwd, flags.out ?? OUT);
    const path = target.kind === "folder"
      ? target.path
      : target.kind === "database" && target.address.engine === "sqlite"
      ? target.address.path
      : undefined;
    const { kind, text } = target;
    const proposals = await proposeSources({
      kind,
      text,
      signal,
      ...(path === undefined ? {} : { path, shown: relative(dirname(out), path) || "." }),
      secretEnv: flags["secret-env"],
    });
    if (proposals.length === 0) {
      throw new UsageError(
        "usage",
        `Cannot propose anything for "${text}": none of its files is of a known format`,
      );
    }
    const by = `headwaters pipeline init ${text}`;
    const yaml = renderProposal({ name: String(proposals[0]?.keys["name"]), by }, proposals);
    await writeWhole(out, (temporary) => Deno.writeTextFile(temporary, yaml), {
      force: flags.force,
      inputs: [],
    });
    const questions = proposals.flatMap((one) => [one, ...one.streams ?? []])
      .flatMap(({ questions = [] }) => questions.map(({ ask }) => ask));
    write(
      flags.json
        ? jsonDocument({ file: out, sources: proposals.map(({ keys }) => keys), questions })
        : `${escapeLine(flags.out ?? OUT)}: ${countOf(proposals.length, "source")}; ${
          countOf(questions.length, "question")
        } in its comments. Next: ${asTyped("headwaters pipeline plan", cwd)} -c ${
          escapeLine(shellWord(flags.out ?? OUT))
        }\n`,
    );
    return EXIT_CODES.complete;
  },
});

/** Says what a word names. */
function targetOf(text: string, cwd: string) {
  if (/^https?:\/\//i.test(text)) {
    if (URL.canParse(text)) return { kind: "address", text } as const;
    throw new UsageError("usage", `Cannot use "${text}": it is no address`);
  }
  if (!/^(?:sqlite|postgres(?:ql)?):/.test(text)) {
    return { kind: "folder", text, path: pathFrom(cwd, text) } as const;
  }
  try {
    const address = parseTableAddress(text);
    return {
      kind: "database",
      text,
      address: address.engine === "sqlite"
        ? { ...address, path: pathFrom(cwd, address.path) }
        : address,
    } as const;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError("usage", `Cannot use the database: ${error.message}`);
  }
}
