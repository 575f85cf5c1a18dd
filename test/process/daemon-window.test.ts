/** What a writer may have on the way to the daemon, as its HTTP/2 connection says it. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

describe('the connection to the daemon', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0', '--trust-loopback'] });
  });
  afterAll(() => daemon.stop());

  const sessionOn = (where: 'socket' | 'tcp'): ClientHttp2Session => {
    const [host, port] = (daemon.card.listen as string).split(':');
    return connect('http://localhost', {
      createConnection: () =>
        where === 'socket' ? connectSocket(daemon.card.socket) : connectSocket({ host: host as string, port: Number(port) }),
    });
  };

  it.each(['socket', 'tcp'] as const)('lets a call have 1 MiB unread and all calls 4 MiB, over %s', async (where) => {
    const session = sessionOn(where);
    const [settings] = (await once(session, 'remoteSettings')) as [{ initialWindowSize: number }];
    expect(settings.initialWindowSize).toBe(1024 * 1024);
    await until(() => session.state.remoteWindowSize === 4 * 1024 * 1024, { what: () => JSON.stringify(session.state) });
    session.close();
  });
});
