import { basename, dirname, join, relative } from "node:path";
import { hostAndPort, parseTableAddress } from "../../db/table_address.ts";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { isInside } from "../../io/mod.ts";
import { isSqlite, realPath } from "../../process/mod.ts";
import { asTyped, countOf, escapeLine, jsonDocument, pathWord } from "../../terminal/mod.ts";
import { type Access, hostOf } from "../access.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN } from "../flags.ts";
import { filesBelow, stateOf } from "../inputs.ts";
import { load } from "../load.ts";
import { existing } from "../no_input.ts";
import { writeWhole } from "../outputs.ts";
import { valueOf } from "../variable_flag.ts";
import { pathFrom } from "../words.ts";
import { JSON_FLAG } from "./_flags.ts";

const OUT = "pipeline.yaml";

/** `headwaters pipeline init TARGET` */
export const pipelineInit = defineCommand({
  spec: {
    name: "",
    meaning:
      "Write a first configuration for an address, a folder or a database, from what it reads there",
    words: {
      TARGET: "https://HOST/PATH, a folder, a SQLite file or postgres://USER@HOST/DATABASE",
    },
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
      "dry-run": DRY_RUN,
      force: { type: "boolean", short: "f", meaning: "Replace the file if it exists" },
      json: JSON_FLAG,
    },
    examples: {
      "headwaters pipeline init 'https://api.example.com/v1/orders?limit=100'":
        "where the records are, how they are paged, what tells them apart",
      "headwaters pipeline init drop -o vendor/pipeline.yaml": "the files of a folder",
      "headwaters pipeline init shop.db": "a stream for each table",
    },
  },
  access({ words, flags }, cwd, env): Access {
    const secret = flags["secret-env"];
    if (secret !== undefined) valueOf("secret-env", secret, (name) => env[name]);
    const target = targetOf(words[0] ?? "", cwd);
    const out = pathFrom(cwd, flags.out ?? OUT);
    const files = [out];
    const about = { files, env: secret === undefined ? [] : [secret], hidesEnv: true };
    if (target.kind === "address") return { ...about, net: [hostOf(new URL(target.text))] };
    if (target.kind === "folder") {
      refuseOutIn(target.path, out, cwd);
      // Of a file that is there, another name may be in the folder.
      const taken = flags.force && existing(out) !== undefined ? filesBelow(target.path) : [];
      return { ...about, read: [target.path], keeps: [...taken] };
    }
    const { address } = target;
    if (address.engine !== "sqlite") return { ...about, net: [hostAndPort(address)] };
    return { ...about, read: [address.path], databases: [address.path] };
  },
  standalone: true,
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
    const shown = path === undefined ? "" : relative(dirname(out), path);
    const proposals = await proposeSources({
      kind,
      text,
      signal,
      ...(path === undefined ? {} : { path, shown }),
      secretEnv: flags["secret-env"],
    });
    if (proposals.length === 0) {
      throw new UsageError(
        "usage",
        `Cannot propose anything for "${text}": none of its files is of a known format`,
      );
    }
    const by = `headwaters pipeline init ${pathWord(text)}`;
    const name = String(proposals[0]?.keys["name"]);
    const yaml = renderProposal({ name, by, folder: dirname(out), reads: shown }, proposals);
    await writeWhole(out, (temporary) => Deno.writeTextFile(temporary, yaml), {
      force: flags.force,
      inputs: [],
    });
    const questions = proposals.flatMap((one) => [one, ...one.streams ?? []])
      .flatMap(({ questions = [] }) => questions.map(({ ask }) => ask));
    write(
      flags.json
        ? jsonDocument({ file: out, sources: proposals.map(({ keys }) => keys), questions })
        : `${escapeLine(flags.out ?? OUT)}: ${countOf(proposals.length, "source")}${
          questions.length === 0 ? "" : `; ${countOf(questions.length, "question")} in its comments`
        }. Next: ${asTyped("headwaters pipeline plan", cwd)} -c ${pathWord(flags.out ?? OUT)}\n`,
    );
    return EXIT_CODES.complete;
  },
});

/** A pipeline cannot read what it writes, and by default it writes next to its configuration. */
function refuseOutIn(folder: string, out: string, cwd: string): void {
  if (!isInside(realPath(out), realPath(folder))) return;
  const name = /\.ya?ml$/.test(out) ? basename(out) : OUT;
  const next = relative(cwd, join(dirname(folder), name));
  throw new UsageError(
    "usage",
    `Cannot write "${out}": it is in the folder that the pipeline reads, and so would be its lake, ` +
      `database and logs; name a file elsewhere, such as --out ${pathWord(next)}`,
    { context: { path: out } },
  );
}

/** Says what a word names. */
function targetOf(text: string, cwd: string) {
  if (/^https?:\/\//i.test(text)) {
    if (URL.canParse(text)) return { kind: "address", text } as const;
    throw new UsageError("usage", `Cannot use "${text}": it is no address`);
  }
  if (!/^(?:sqlite|postgres(?:ql)?):/.test(text)) {
    const path = pathFrom(cwd, text);
    if (!stateOf(path)?.isFile) return { kind: "folder", text, path } as const;
    if (isSqlite(path)) {
      const address = { engine: "sqlite", path } as const;
      return { kind: "database", text, address } as const;
    }
    throw new UsageError(
      "usage",
      `Cannot use "${text}": it is a file, and no SQLite database; name the folder that it is in`,
      { context: { path: text } },
    );
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
