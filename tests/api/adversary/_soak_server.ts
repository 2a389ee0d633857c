/**
 * The soak's server, in a process of its own: `/items?cursor=N` with faults by a seed.
 *
 * Arguments: the number of pages, the seed. Prints its port when it listens; runs until it is killed.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { answer, rawAdversary, type Wire } from "./_server.ts";
import { faultOf, PAGE_SIZE, recordText } from "./_soak_records.ts";

const HTML = "text/html; charset=utf-8";

/** Builds a page; every form of white space is used. */
function pageText(page: number, pages: number): string {
  const records: string[] = [];
  for (let n = 1; n <= PAGE_SIZE; n++) records.push(recordText((page - 1) * PAGE_SIZE + n));
  const next = page < pages ? `"${page + 1}"` : "null";
  return `{"items":[${
    records.join(page % 3 === 0 ? ",\n " : ",")
  }],"meta":{"next":${next},"total":${pages * PAGE_SIZE}}}`;
}

/** Plays a fault; says whether the connection may be used on. */
async function fail(wire: Wire, fault: number, text: string): Promise<boolean> {
  const good = answer(text);
  const bytes = new TextEncoder().encode(good);
  switch (fault) {
    case 1:
      return await wire.write(answer("broken", { status: "500 Oops", type: HTML }));
    case 2:
      return await wire.write(answer("", { status: "503 Busy", headers: ["Retry-After: 7"] }));
    case 3:
      return await wire.write(answer("<p>slow down", { status: "429 Too Many", type: HTML }));
    case 4: {
      const headers = ['RateLimit: "soak";r=0;t=3'];
      return await wire.write(answer("", { status: "429 Too Many", headers }));
    }
    case 5: // the body is cut, and the connection with it
      return await wire.write(bytes.subarray(0, bytes.length >> 1)) && false;
    case 6: // a chunked body without its end
      return await wire.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
          `${new TextEncoder().encode(text).length.toString(16)}\r\n${text}\r\n`,
      ) && false;
    case 7: // half a document, called whole
      return await wire.write(answer(text.slice(0, text.length >> 1)));
    case 8:
      return await wire.write(answer("<html>maintenance</html>", { type: HTML }));
    case 9:
      return await wire.write(answer(""));
    case 10: {
      const zipped = gzipSync(text).subarray(0, 200);
      const head = answer("", { headers: ["Content-Encoding: gzip"] })
        .replace("Content-Length: 0", `Content-Length: ${zipped.length}`);
      return await wire.write(head) && await wire.write(zipped);
    }
    case 11:
      return await wire.write(answer('{"error":"try again"}'));
    default: // hangs up without a word
      return false;
  }
}

const [pages = 1, seed = 1] = Deno.args.map(Number);
const failed = new Set<number>();
await using server = rawAdversary(async (wire) => {
  for (let text = await wire.request(); text !== undefined; text = await wire.request()) {
    const page = Number(/[?&]cursor=(\d+)/.exec(text)?.[1] ?? "1");
    const fault = failed.has(page) ? 0 : faultOf(page, seed);
    if (fault === 0) {
      if (!await wire.write(answer(pageText(page, pages)))) return;
    } else {
      failed.add(page);
      if (!await fail(wire, fault, pageText(page, pages))) return;
    }
  }
});
console.log(new URL(server.url).port);
await new Promise(() => {});
