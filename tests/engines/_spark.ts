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

/** A Spark session in a process of its own: one question at a time. */
export interface SparkSession extends AsyncDisposable {
  ask(question: unknown): Promise<unknown>;
}

/**
 * Starts one.
 *
 * @param script Its program, in this folder.
 */
export function startSpark(python: string, script = "_spark_session.py"): SparkSession {
  const process = new Deno.Command(python, {
    args: [fromFileUrl(import.meta.resolve(`./${script}`))],
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
    async ask(question) {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
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

/** Reads a lake by its views. */
export async function readLake(spark: SparkSession, lake: string): Promise<SparkAnswer> {
  return await spark.ask(lake) as SparkAnswer;
}
