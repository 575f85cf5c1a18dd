/** The table in test/fault/README.md is true: every file it names is there, and holds a test of that very name. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const lines = readFileSync('test/fault/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (fault|input) \|/.test(line));

/** The (file, name) pairs of a line's last cell. */
function testsOf(line: string): { file: string; name: string }[] {
  const cell = line.split(' | ').at(-1) ?? '';
  return [...cell.matchAll(/`([^`]+)`: `([^`]+)`/g)].map(([, file = '', name = '']) => ({ file, name }));
}

function holds(file: string, name: string): boolean {
  if (!existsSync(file)) return false;
  const source = readFileSync(file, 'utf8');
  if (file.endsWith('.py')) return source.includes(`def ${name}(`);
  return ["'", '"', '`'].some((quote) => source.includes(quote + name + quote));
}

it('every line has three cells and names at least one test', () => {
  expect(lines.length).toBeGreaterThan(50);
  for (const line of lines) expect([line, line.split(' | ').length, testsOf(line).length > 0]).toEqual([line, 3, true]);
});

it('every test that is named is there', () => {
  const named = lines.flatMap(testsOf);
  expect(named.filter(({ file, name }) => !holds(file, name))).toEqual([]);
});

it('a name that is not there is found out', () => {
  expect(holds('test/unit/fault-table.test.ts', 'a test that nobody wrote'.replace('nobody', 'somebody'))).toBe(false);
  expect(holds('test/unit/none.test.ts', '')).toBe(false);
});
