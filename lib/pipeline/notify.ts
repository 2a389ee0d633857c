import { EXIT_CODES, type Outcome, outcomeOf } from "../errors/mod.ts";
import { logEvent, maskSecrets } from "../logging/mod.ts";
import { commandLine } from "./command_line.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { nextStep } from "./next_steps.ts";
import type { RunSummary } from "./run_summary.ts";

/** Longest time that a run waits for its webhook, in ms. */
const TIMEOUT_MS = 10_000;

/** How the end of a run is announced. */
export interface NotifyOptions {
  /** Path of its configuration, for the command that is named as the next one. */
  readonly configPath: string;
  /** The user's folder. @default Deno.cwd */
  readonly cwd?: string;
  /** Longest time, in ms. @default 10000 */
  readonly timeoutMs?: number;
}

/**
 * Runs something, and tells the webhook of the configuration how it ended, if it asks for that: also of a run that ends by
 * an error.
 *
 * What becomes of the message changes nothing: if it cannot be delivered, the log says so.
 */
export async function notifying(
  config: PipelineConfig,
  options: NotifyOptions,
  run: () => Promise<RunSummary>,
): Promise<RunSummary> {
  const { cwd = Deno.cwd(), configPath } = options;
  const command = commandLine(cwd, configPath);
  try {
    const summary = await run();
    const { run_id, outcome, reasons, streams } = summary;
    const [next] = nextStep(summary, { cwd, command });
    await tell(
      config,
      { run_id, outcome, reasons, streams: streams.map(verdictOf), next },
      options,
    );
    return summary;
  } catch (error) {
    const reasons = [error instanceof Error ? error.message : String(error)];
    const next = command("pipeline doctor");
    await tell(
      config,
      { run_id: null, outcome: outcomeOf(error), reasons, streams: [], next },
      options,
    );
    throw error;
  }
}

/** What is announced of a run. */
interface Message {
  readonly run_id: string | null;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly streams: readonly ReturnType<typeof verdictOf>[];
  readonly next: string;
}

function verdictOf(row: RunSummary["streams"][number]) {
  const { source, stream, outcome, complete, read, written, unpublished, rejected, error_code } =
    row;
  return { source, stream, outcome, complete, read, written, unpublished, rejected, error_code };
}

async function tell(
  { name, notify }: PipelineConfig,
  message: Message,
  { timeoutMs = TIMEOUT_MS }: NotifyOptions,
): Promise<void> {
  const { outcome, run_id } = message;
  if (notify === undefined || !notify.on.some((one) => one === outcome)) return;
  const reasons = message.reasons.map(maskSecrets);
  const body = JSON.stringify({
    // The key that chat programs show.
    text: [`${name} ${outcome}${run_id === null ? "" : ` (run ${run_id})`}`, ...reasons].join("\n"),
    pipeline: name,
    exit_code: EXIT_CODES[outcome],
    ...message,
    reasons,
  });
  try {
    const response = await fetch(notify.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (!response.ok) logEvent("notification-failed", { reason: `status ${response.status}` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logEvent("notification-failed", { reason: maskSecrets(reason) });
  }
}
