import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Catalogue } from '../../src/pipeline/history/index.ts';
import { GpuSlots, RunCatalogue, RunRegistry } from '../../src/pipeline/runs/index.ts';

const open = (path: string) => new RunRegistry(new RunCatalogue(new Catalogue(path)), Date.now, () => undefined);
const create = (registry: RunRegistry, runId: string, gpuSlots: readonly number[]) =>
  registry.create({ runId, name: runId, configJson: '{}', digest: runId, origin: 'submitted', status: 'INIT', gpuSlots });

it('a slot belongs to one living run at a time, is free when that ends, and stays taken over a restart of the daemon', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dl-'));
  const path = join(directory, 'catalogue.sqlite');
  const before = open(path);
  const slots = new GpuSlots([0, 1, 5], before);
  expect(slots.count).toBe(3);
  const first = create(before, 'first', slots.choose(1) ?? []);
  create(before, 'second', slots.choose(1) ?? []);
  expect(before.all().map((run) => run.gpuSlots)).toEqual([[0], [1]]);
  expect(slots.choose(2)).toBeUndefined();

  const after = open(path);
  const again = new GpuSlots([0, 1, 5], after);
  expect(again.choose(1)).toEqual([5]);
  after.finish(after.get(first.runId), 'succeeded', '');
  expect(again.choose(2)).toEqual([0, 5]);
  expect(again.choose(3)).toBeUndefined();
  rmSync(directory, { recursive: true });
});
