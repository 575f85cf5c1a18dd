/**
 * A reverse proxy as hubs and clouds put one before Jupyter: it hands on what comes, and cuts a link on which nothing was said for
 * `idleMs`. It may be narrow: links carry so many bytes a second towards the page.
 */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

const sliceMs = 10;

type Link = { path: string; openedMs: number; cut: () => void };

export class IdleProxy {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** Links that were idle for too long, by their path. */
  readonly idled: string[] = [];
  /** Of each link, towards the page. Infinity: as it comes. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  static async start(target: string, idleMs: number): Promise<IdleProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new IdleProxy(server, new URL(target), idleMs);
  }

  private constructor(server: Server, { hostname, port }: URL, idleMs: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, response) => {
      const { method, url: path, headers } = incoming;
      const onward = request({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      incoming.pipe(onward);
    });
    server.on('upgrade', (incoming, page: Socket, head: Buffer) => {
      const server = connect(Number(port), hostname);
      const lines = incoming.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
      server.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      server.write(head);
      this.#join(page, server, incoming.url?.split('?')[0] ?? '', idleMs);
    });
  }

  /** How long the oldest link to this path has lived, ms; 0 without one. */
  ageMs(path: string): number {
    const opened = [...this.#links].filter((link) => link.path === path).map((link) => link.openedMs);
    return opened.length === 0 ? 0 : Date.now() - Math.min(...opened);
  }

  /** Cuts all links to this path, as a proxy that is restarted does. */
  cut(path: string): void {
    for (const link of this.#links) if (link.path === path) link.cut();
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.cut();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(page: Socket, server: Socket, path: string, idleMs: number): void {
    const cut = (): void => {
      clearTimeout(timer);
      page.destroy();
      server.destroy();
      this.#links.delete(link);
    };
    const link: Link = { path, openedMs: Date.now(), cut };
    this.#links.add(link);
    const idle = (): void => {
      this.idled.push(path);
      cut();
    };
    let timer = setTimeout(idle, idleMs);
    for (const [from, to] of [
      [page, server],
      [server, page],
    ] as const) {
      from.on('data', (bytes: Buffer) => {
        clearTimeout(timer);
        timer = setTimeout(idle, idleMs);
        if (from === page || this.bytesPerSecond === Number.POSITIVE_INFINITY) to.write(bytes);
        else void this.#trickle(bytes, from, to);
      });
      from.on('close', cut);
      from.on('error', cut);
    }
  }

  async #trickle(bytes: Buffer, from: Socket, to: Socket): Promise<void> {
    from.pause();
    for (let at = 0; at < bytes.length && !to.destroyed; ) {
      const slice = bytes.subarray(at, at + Math.min(bytes.length, Math.ceil((this.bytesPerSecond * sliceMs) / 1000)));
      to.write(slice);
      at += slice.length;
      await new Promise((resolve) => setTimeout(resolve, (slice.length * 1000) / this.bytesPerSecond));
    }
    from.resume();
  }
}
