/** A macrotask in a worker: messages that wait are heard in between. setTimeout would be held back to 4 ms. */
const yielding = new MessageChannel();
const yielded: (() => void)[] = [];
yielding.port1.onmessage = () => yielded.shift()?.();

export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    yielded.push(resolve);
    yielding.port2.postMessage(null);
  });
}
