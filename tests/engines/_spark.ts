import { TextLineStream } from "@std/streams";
import { fromFileUrl } from "@std/path";
import type { StructType } from "../../lib/schema/mod.ts";

/** What Spark finds in a lake by its views. */
export interface SparkAnswer {
  /** Rows of each view, as JSON. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** Schema of each view. */
  readonly types: Readonly<Record<string, StructType>>;
  /** Records of each stream that do not fit its schema. */
  readonly corrupt: Readonly<Record<string, number>>;
  /** Tasks that read each set of files of a stream. */
  readonly tasks: Readonly<Record<string, readonly number[]>>;
}

/** A Spark session in a process of its own. */
export interface SparkSession extends AsyncDisposable {
  read(lake: string): Promise<SparkAnswer>;
}

/** Starts one. */
export function startSpark(python: string): SparkSession {
  const process = new Deno.Command(python, {
    args: [fromFileUrl(import.meta.resolve("./_spark_session.py"))],
    env: { SPARK_LOCAL_IP: "127.0.0.1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = process.stdin.getWriter();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  ).getReader();
  return {
    async read(lake) {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(lake)}\n`));
      const { value = '{"error":"Spark has ended"}' } = await lines.read();
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      await lines.cancel();
      await process.status;
    },
  };
}
