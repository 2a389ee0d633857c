import { dirname, join } from "node:path";
import { openAudit } from "../../lib/audit/mod.ts";
import { openDatabase } from "../../lib/db/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { loadConfig, type RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../06_pipeline.ts";

/** A durable step of a run, by its number. */
export interface NightStep {
  readonly step: number;
  readonly what: string;
}

/** What is there after a night. */
export interface NightLeft {
  /** Files of readers: those that a manifest names. */
  readonly "for readers": number;
  /** Those of them that are not there. */
  readonly "named, not there": number;
  /** Rows in the files that manifests name. */
  readonly rows: number;
  /** Files whose publication is promised and not done, by the audit database. */
  readonly promised: number;
  /** What the audit database says of the run. */
  readonly run: string;
}

class Killed extends Error {
  override readonly name = "Killed";
}

const YAML = `name: shop
sources:
  - { name: vendor, type: files, path: inbox, min_age: 0s, expect: { columns: [sku, price] } }
`;

/** A pipeline of three files with six rows, whose run can be killed at any of its durable steps. */
export class Night {
  readonly #folder: string;
  readonly #config: string;

  /** @param folder An empty folder, or one that is not there yet. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#config = join(folder, "pipeline.yaml");
    Deno.mkdirSync(join(folder, "inbox"), { recursive: true });
    for (
      const [month, rows] of [["may", "a,1\nb,2\n"], ["june", "c,3\n"], ["july", "d,4\ne,5\nf,6\n"]]
    ) {
      Deno.writeTextFileSync(join(folder, `inbox/${month}.csv`), `sku,price\n${rows}`);
    }
    Deno.writeTextFileSync(this.#config, YAML);
  }

  /** Runs to the end, and returns its summary. */
  async run(): Promise<RunSummary> {
    return await runPipeline(await this.#loaded());
  }

  /** Runs to the end, and returns the steps that it took. */
  async steps(): Promise<NightStep[]> {
    const steps: NightStep[] = [];
    const observe = (step: DiskStep) => {
      steps.push({ step: steps.length + 1, what: this.#textOf(step) });
    };
    await runPipeline(await this.#loaded(), { observe });
    return steps;
  }

  /** Runs and is killed at a step: nothing of the run happens from there on, not even what a `finally` would do. */
  async killedAt(step: number): Promise<NightLeft> {
    let steps = 0;
    const observe = () => {
      if (++steps >= step) throw new Killed(`at step ${step}`);
    };
    await runPipeline(await this.#loaded(), { observe }).catch((error) => {
      if (!(error instanceof Killed)) throw error;
    });
    return this.left();
  }

  /** What is there now. */
  left(): NightLeft {
    const files = this.#named();
    const missing = files.filter(({ path }) => !isThere(join(this.#folder, "lake", path)));
    return {
      "for readers": files.length,
      "named, not there": missing.length,
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      ...this.#audited(),
    };
  }

  /** Answers a question by the audit database. */
  ask(sql: string): Record<string, unknown>[] {
    using db = openAudit(join(this.#folder, "audit.db"), { readOnly: true });
    return db.all(sql);
  }

  async #loaded() {
    return await loadConfig(this.#config, { env: () => undefined });
  }

  #named(): { readonly path: string; readonly rows: number }[] {
    const folder = join(this.#folder, "lake/raw/vendor/vendor/_manifests");
    if (!isThere(folder)) return [];
    return [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"))
      .flatMap(({ name }) => JSON.parse(Deno.readTextFileSync(join(folder, name))).files);
  }

  /** A run that was killed early has made no tables yet. */
  #audited(): Pick<NightLeft, "promised" | "run"> {
    const path = join(this.#folder, "audit.db");
    if (!isThere(path)) return { promised: 0, run: "none" };
    using db = openDatabase(path, { readOnly: true });
    const has = db.get("SELECT 1 AS one FROM sqlite_schema WHERE name = 'publications'");
    if (has === undefined) return { promised: 0, run: "none" };
    const open = db.get<{ n: number }>(
      "SELECT count(*) AS n FROM publications WHERE kind = 'file' AND status = 'intended'",
    );
    const run = db.get<{ status: string }>("SELECT status FROM runs ORDER BY run_id DESC LIMIT 1");
    return { promised: open?.n ?? 0, run: run?.status ?? "none" };
  }

  #textOf(step: DiskStep): string {
    switch (step.kind) {
      case "point":
        return step.name;
      case "rename":
        return `rename into ${this.#show(dirname(step.to))}`;
      default:
        return `${step.kind} in ${this.#show(dirname(step.path))}`;
    }
  }

  /** Ids and hashes are left out: they differ in each run. */
  #show(path: string): string {
    return path.replace(this.#folder, "").replace(/^[/\\]/, "").replaceAll(/\w{26,}/g, "…") || ".";
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}
