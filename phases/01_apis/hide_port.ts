/** Hides the port of the local server, which is another one at each run. */
export function hidePort(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:…");
}
