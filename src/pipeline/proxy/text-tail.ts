/** The last lines of a stream of text: what a failed worker said on stderr. */
const keptBytes = 4096;
const keptLines = 20;

export class TextTail {
  #bytes: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-keptBytes);
  }

  get text(): string {
    return this.#bytes.toString('utf8').trimEnd().split('\n').slice(-keptLines).join('\n');
  }

  get lastLine(): string {
    return (this.text.split('\n').at(-1) ?? '').trim().slice(0, 300);
  }
}
