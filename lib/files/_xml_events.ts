import { corrupt } from "./_inflate.ts";

/** Takes what comes in an XML text, in its order; names are without their prefix. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

/**
 * Passes XML on as it is read, and yields behind each piece of it. No entity but those of XML itself is expanded.
 *
 * @throws {DataError} `file-corrupt` if it is no XML.
 */
export async function* xmlEvents(
  chunks: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
  source: string,
): AsyncGenerator<void> {
  const { default: sax } = await import("sax"); // For workbooks only.
  const parser = sax.parser(true);
  const decoder = new TextDecoder();
  let failure: Error | undefined;
  let isEmpty = true;
  parser.onopentag = ({ name, attributes }) => {
    isEmpty = false;
    handler.open(local(name), attributes);
  };
  parser.onclosetag = (name) => handler.close(local(name));
  parser.ontext = parser.oncdata = (text) => handler.text(text);
  parser.onerror = (error) => failure ??= error;
  const write = (text: string | null) => {
    try {
      if (text === null) parser.close();
      else parser.write(text);
    } catch (error) {
      if (failure === undefined) throw error; // It was the handler's.
    }
    // The parser takes a text without an element.
    if (text === null && isEmpty) failure ??= new Error("it has no element");
    if (failure === undefined) return;
    const [reason = ""] = failure.message.split("\n");
    throw corrupt(source, `it is no XML (${reason}); save it again, or as CSV`, failure);
  };
  for await (const chunk of chunks) {
    write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  write(null);
  yield;
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
