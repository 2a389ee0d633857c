import type { JupyterMessage } from "./_jupyter_message.ts";
import type { NotebookOutput } from "./_notebook_file.ts";

/** Gathers the broadcasts of one cell as a notebook keeps them. */
export class CellOutputs {
  #outputs: NotebookOutput[] = [];
  readonly #displays = new Map<string, NotebookOutput[]>();

  /** What there is so far. */
  get list(): readonly NotebookOutput[] {
    return this.#outputs;
  }

  /** Takes a broadcast; types that leave no output are passed over. */
  add({ type, content }: JupyterMessage): void {
    switch (type) {
      case "stream":
        return this.#addStream(String(content.name), String(content.text));
      case "display_data":
      case "execute_result":
        return this.#addDisplay(type, content);
      case "update_display_data":
        return this.#update(content);
      case "clear_output":
        this.#outputs = [];
        return;
      case "error":
        this.#outputs.push({
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: content.traceback as string[],
        });
    }
  }

  #addStream(name: string, text: string): void {
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.#outputs.push({ output_type: "stream", name, text });
  }

  #addDisplay(
    type: "display_data" | "execute_result",
    content: JupyterMessage["content"],
  ): void {
    const output: NotebookOutput = {
      output_type: type,
      data: content.data as Record<string, unknown>,
      metadata: content.metadata as object ?? {},
      ...(type === "execute_result" ? { execution_count: Number(content.execution_count) } : {}),
    };
    this.#outputs.push(output);
    const id = displayId(content);
    if (id !== undefined) this.#displays.set(id, [...this.#displays.get(id) ?? [], output]);
  }

  #update(content: JupyterMessage["content"]): void {
    for (const output of this.#displays.get(displayId(content) ?? "") ?? []) {
      if (!("data" in output)) continue;
      output.data = content.data as Record<string, unknown>;
      output.metadata = content.metadata as object ?? {};
    }
  }
}

function displayId(content: JupyterMessage["content"]): string | undefined {
  return (content.transient as { display_id?: string } | undefined)?.display_id;
}
