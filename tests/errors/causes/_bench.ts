import { join } from "@std/path";
import { ApiClient, type ApiClientOptions, type StreamRequest } from "../../../lib/api/mod.ts";
import type { RunSummary } from "../../../lib/pipeline/mod.ts";
import { describeSources, loadConfig, type RunPipelineOptions } from "../../../lib/pipeline/mod.ts";
import { runPipeline } from "../../../phases/06_pipeline.ts";

/** What a cause came to: an error or a reject. */
export interface Caused {
  readonly code: string;
  readonly message: string;
}

/** Causes one error for real: throws it, or returns the reject. */
export type Cause = (bench: Bench) => unknown;

/** Second looks at a page wait like retries. */
const QUICKLY = { limit: 0, base: 1, cap: 1 };

/** Variables that a pipeline may name. */
const SECRETS: Readonly<Record<string, string>> = { SHOP_TOKEN: "hunter2-hunter2" };

/** A folder and a server, in which a cause does its work. */
export class Bench implements AsyncDisposable {
  /** Absolute. */
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "causes-" }));
  /** What the server answers. */
  answer: (url: URL, request: Request) => Response | Promise<Response> = () => Response.json([]);
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => this.answer(new URL(request.url), request),
  );

  /** Address of the server. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Returns the path of something in the folder. */
  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.mkdirSync(join(this.at(name), ".."), { recursive: true });
    Deno.writeFileSync(this.at(name), bytes);
    return this.at(name);
  }

  /** Reads a listing to its end, without retries. */
  async read(
    stream: Partial<StreamRequest> = {},
    options: Partial<ApiClientOptions> = {},
  ): Promise<Caused | undefined> {
    await using client = new ApiClient({ baseUrl: this.url, retry: QUICKLY, ...options });
    const pages = client.pages({ path: "/items", records: "items", ...stream });
    for (;;) {
      const step = await pages.next();
      if (step.done) return step.value.guard;
    }
  }

  /** Runs a pipeline of these sources. */
  async run(
    sources: readonly unknown[],
    options: RunPipelineOptions & { readonly config?: object } = {},
  ): Promise<RunSummary> {
    const { config = {}, ...rest } = options;
    const yaml = { name: "shop", lake: "lake", audit: "audit.db", log_dir: "logs", ...config };
    const path = this.write("pipeline.yaml", JSON.stringify({ ...yaml, sources }));
    const env = (name: string) => SECRETS[name];
    const loaded = await describeSources(
      await loadConfig(path, { root: this.folder, env }),
      "here",
    );
    return await runPipeline(loaded, { checkpointMs: 0, ...rest });
  }

  /** Runs a pipeline with one stream and returns what was rejected in it, or what ended it. */
  async runItems(
    items: unknown,
    stream: object = {},
    source: object = {},
  ): Promise<Caused | undefined> {
    if (items instanceof Response) this.answer = () => items;
    else this.answer = () => Response.json(items);
    const summary = await this.run([this.api(stream, source)]);
    const [reject] = summary.rejects;
    const [{ error_code, error_message } = { error_code: null, error_message: null }] =
      summary.streams;
    if (reject !== undefined) return { code: reject.code, message: reject.example };
    return error_code === null ? undefined : { code: error_code, message: error_message ?? "" };
  }

  /** An API with one stream. */
  api(stream: object = {}, source: object = {}): object {
    return {
      name: "api",
      type: "api",
      base_url: this.url,
      retry: { limit: 0 },
      ...source,
      streams: [{
        name: "orders",
        path: "/orders",
        pagination: { type: "none" },
        primary_key: ["id"],
        ...stream,
      }],
    };
  }

  async takeFile(
    name: string,
    content: string | Uint8Array,
    source: object = {},
  ): Promise<Caused | undefined> {
    this.write(join("inbox", name), content);
    return await this.takeIn(source);
  }

  /** Takes in the folder "inbox" and returns what was rejected, or what is wrong with it. */
  async takeIn(source: object = {}): Promise<Caused | undefined> {
    const type = "format" in source ? "logs" : "files";
    const summary = await this.run([
      { name: "vendor", type, path: "inbox", min_age: "0s", ...source },
    ], {
      config: { tolerance: { records: "100%" } },
    });
    const [file] = summary.rejected_files;
    const [reject] = summary.rejects;
    const [problem] = summary.streams[0]?.contradictions ?? [];
    if (file !== undefined) return { code: file.code, message: file.message };
    return reject === undefined ? problem : { code: reject.code, message: reject.example };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.folder, { recursive: true });
  }
}
