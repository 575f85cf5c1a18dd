/** A daemon on another host, over TLS with the token: the command line, the bridge and the SDK reach it, and say why when they cannot. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestBridge } from '../support/bridge.ts';
import { Certificates } from '../support/certificates.ts';
import { mainScript, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';

type Ended = { code: number; stdout: string; stderr: string };
const certificates = new Certificates();
const file = (name: string) => certificates.file(name);
let daemon: TestDaemon;
let target = '';
let security: { tlsCa: string; tlsCert: string; tlsKey: string; tokenFile: string };

beforeAll(async () => {
  for (const authority of ['ca', 'strangers']) certificates.authority(authority);
  for (const name of ['daemon', 'client']) certificates.issue(name, 'ca');
  certificates.issue('stranger', 'strangers');
  const tls = ['--tls-cert', file('daemon.pem'), '--tls-key', file('daemon.key'), '--tls-ca', file('ca.pem')];
  daemon = await startDaemon({ args: ['--listen', '0.0.0.0:0', ...tls] });
  target = `127.0.0.1:${daemon.card.listen?.split(':').at(-1)}`;
  security = {
    tlsCa: file('ca.pem'),
    tlsCert: file('client.pem'),
    tlsKey: file('client.key'),
    tokenFile: join(daemon.home, 'token'),
  };
});
afterAll(async () => {
  await daemon.stop();
  certificates.remove();
});

function ended(program: string, argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: 60_000, env: { ...process.env, ...environment } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
const inEnvironment = (files: Partial<typeof security>): Record<string, string> => ({
  DUALLANE_TLS_CA: files.tlsCa ?? '',
  DUALLANE_TLS_CERT: files.tlsCert ?? '',
  DUALLANE_TLS_KEY: files.tlsKey ?? '',
  DUALLANE_TOKEN_FILE: files.tokenFile ?? '',
});

describe('the command line', () => {
  const elsewhere = (files: Partial<typeof security>, ...argv: string[]) =>
    ended(nodePath, [mainScript, ...argv, '--daemon', target], inEnvironment(files));

  it('lists, shows and cancels runs there, by flags or by the environment', async () => {
    const { runId } = await daemon.openRun('far away');
    const flags = Object.entries({
      'tls-ca': security.tlsCa,
      'tls-cert': security.tlsCert,
      'tls-key': security.tlsKey,
      'token-file': security.tokenFile,
    }).flatMap(([name, path]) => [`--${name}`, path]);
    expect((await elsewhere({}, 'runs', ...flags)).stdout).toContain(runId);
    expect((await elsewhere(security, 'status')).stdout).toContain(`the daemon at ${target}: healthy, pid ${daemon.card.pid}`);
    expect((await elsewhere(security, 'cancel', runId)).stdout).toBe(`run ${runId} (far away) has ended: canceled\n`);
  });

  it.each([
    ['no token', { tokenFile: '' }, 'wants its token: --token-file names a private copy'],
    ['a token in the clear and no TLS', { tlsCa: '', tlsCert: '', tlsKey: '' }, 'does not answer'],
    ['a stranger’s certificate', { tlsCert: file('stranger.pem'), tlsKey: file('stranger.key') }, 'does not answer'],
    ['another authority', { tlsCa: file('strangers.pem') }, 'does not answer (self-signed certificate|unable|certificate)'],
    ['a certificate without its key', { tlsKey: '' }, 'a client certificate and its key go together'],
    ['a file that is not there', { tlsCa: '/no/such.pem' }, '/no/such.pem cannot be read'],
  ])('with %s it is told what is wrong', async (_, without, sentence) => {
    const { code, stderr } = await elsewhere({ ...security, ...without }, 'runs');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(sentence.replace('(self-signed', '\\((self-signed')));
  });

  it('doctor says that all links hold, or which does not and what to do', async () => {
    const well = await elsewhere(security, 'doctor');
    expect([well.code, well.stdout]).toEqual([0, expect.stringContaining('It serves batches, history and control.')]);
    const unknown = await elsewhere({ ...security, tokenFile: '' }, 'doctor');
    expect([unknown.code, unknown.stdout]).toEqual([1, expect.stringMatching(/BROKEN +connection .*wants its token/)]);
    const strange = await elsewhere({ ...security, tlsCa: file('strangers.pem') }, 'doctor');
    expect([strange.code, strange.stdout]).toEqual([
      1,
      expect.stringMatching(/BROKEN +connection .*that the CA signs its certificate/),
    ]);
  });

  it('sends no token in the clear to another host', async () => {
    const { code, stderr } = await ended(nodePath, [
      mainScript,
      'runs',
      '--daemon',
      '192.0.2.1:1',
      '--token-file',
      security.tokenFile,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the token would go to 192.0.2.1:1 in the clear: use TLS')]);
  });
});

describe('the bridge', () => {
  it('connects with the files it was named', async () => {
    const bridge = await TestBridge.start({
      home: daemon.home,
      daemonCommand: ['/bin/false'],
      daemonTarget: target,
      daemonSecurity: security,
    });
    await bridge.untilConnected();
    await bridge.stop();
  });

  it('ends with a sentence when they cannot be read', async () => {
    const started = TestBridge.start({
      home: daemon.home,
      daemonCommand: ['/bin/false'],
      daemonTarget: target,
      daemonSecurity: { ...security, tlsCa: '/no/such.pem' },
    });
    await expect(started).rejects.toThrow(/ended with 2.*no\/such\.pem cannot be read/);
  });
});

it('a training script logs there, and every step is durable', async () => {
  const script = file('train.py');
  writeFileSync(
    script,
    `import sys, duallane
with duallane.Run("from afar", daemon=sys.argv[1], home=sys.argv[2]) as run:
    for step in range(1000):
        run.log_step(reward=1.0, terminated=step == 999)
print(run.run_id, run.lost_rows)
`,
  );
  const python = join(process.cwd(), '.venv', 'bin', 'python');
  const { code, stdout, stderr } = await ended(python, [script, target, file('home')], inEnvironment(security));
  expect([code, stderr]).toEqual([0, '']);
  const [runId = '', lost] = stdout.trim().split(' ');
  expect(lost).toBe('0');
  expect((await daemon.describe(runId)).kinds[0]?.watermark).toBe(1000n);
});
