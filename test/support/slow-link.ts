/** A stretch of network between a page and the bridge: what the bridge sends comes at a given rate, the rest waits in the bridge. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sliceMs = 10;

export class SlowLink {
  readonly socket: string;
  readonly secret: string;
  /** Of each connection, from the bridge to the page. Infinity: as it comes. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  bytes = 0;
  readonly #directory = mkdtempSync(join(tmpdir(), 'dls-'));
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  static async to(bridge: { socket: string; secret: string }): Promise<SlowLink> {
    const link = new SlowLink(bridge);
    await once(link.#server, 'listening');
    return link;
  }

  private constructor({ socket: target, secret }: { socket: string; secret: string }) {
    this.socket = join(this.#directory, 's.sock');
    this.secret = secret;
    this.#server = createServer((page) => {
      const bridge = createConnection(target);
      for (const side of [page, bridge]) {
        this.#open.add(side);
        // A side that breaks ends the other; what that means is the test's to see.
        side.on('error', () => undefined);
        side.on('close', () => {
          page.destroy();
          bridge.destroy();
          this.#open.delete(side);
        });
      }
      page.pipe(bridge);
      this.#trickle(bridge, page).catch(() => page.destroy()); // a side was ended in the middle of it
    }).listen(this.socket);
  }

  async #trickle(bridge: Socket, page: Socket): Promise<void> {
    for await (const chunk of bridge as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + Math.max(1, Math.min(chunk.length, (this.bytesPerSecond * sliceMs) / 1000)));
        page.write(part);
        at += part.length;
        this.bytes += part.length;
        if (this.bytesPerSecond < Number.POSITIVE_INFINITY)
          await new Promise((resolve) => setTimeout(resolve, (part.length * 1000) / this.bytesPerSecond));
      }
    }
  }

  async close(): Promise<void> {
    for (const side of this.#open) side.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
