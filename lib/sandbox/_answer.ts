const ENCODER = new TextEncoder();

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** Makes an answer from text or bytes. */
export function answer(
  status: number,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "Content-Type": type, ...headers },
    body: typeof body === "string" ? ENCODER.encode(body) : body,
  };
}

/** Makes an answer whose body is JSON. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return answer(status, "application/json; charset=utf-8", JSON.stringify(value), headers);
}

/** Makes an answer as a proxy gives it: a small HTML page. */
export function htmlAnswer(
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const page = `<!DOCTYPE html>\n<html><head><title>${title}</title></head>` +
    `<body><h1>${title}</h1><p>Please try again later.</p></body></html>\n`;
  return answer(status, "text/html; charset=utf-8", page, headers);
}

/** Makes an answer without a body. */
export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body: undefined };
}
