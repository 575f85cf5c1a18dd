/**
 * @jest-environment node
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { rotatedLog } from '../../src/pipeline/daemon/log-file.ts';
import { until } from '../support/until.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('the daemon’s log is rotated by size: four files at most, the newest lines in daemon.log, none cut or doubled', async () => {
  const write = rotatedLog(directory);
  const line = (n: number) => `${String(n).padStart(4, '0')} ${'x'.repeat(1 << 20)}\n`;
  const newest = () => {
    const path = join(directory, 'daemon.log');
    return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, 'utf8').slice(-line(0).length).slice(0, 4) : '';
  };
  for (let n = 0; n < 60; n++) {
    write(line(n));
    await until(() => newest() === String(n).padStart(4, '0'), { what: `line ${n}` });
  }
  const names = readdirSync(directory).sort();
  expect(names).toEqual(['daemon.log', 'daemon.log.1', 'daemon.log.2', 'daemon.log.3']);
  const kept = names.reverse().flatMap((name) => readFileSync(join(directory, name), 'utf8').match(/^\d{4}/gm) ?? []);
  expect(kept.map(Number)).toEqual(Array.from({ length: kept.length }, (_, i) => 60 - kept.length + i));
  for (const name of names) expect(statSync(join(directory, name)).size).toBeLessThan(10 << 20);
  expect(statSync(join(directory, 'daemon.log')).mode & 0o777).toBe(0o600);
});
