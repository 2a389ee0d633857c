/**
 * Lives one seed after the other, in a thread of its own.
 *
 * @module
 */
import { generate } from "./_generate.ts";
import { live } from "./_life.ts";

interface Port {
  onmessage: (event: MessageEvent<number>) => void;
  postMessage(value: unknown): void;
}

const port = globalThis as unknown as Port;
let last = Promise.resolve();

// One at a time: a life has the whole thread for its machine.
port.onmessage = ({ data: seed }) => {
  last = last.then(async () => port.postMessage(await live(generate(seed))));
};
