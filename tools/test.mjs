/**
 * `npm test`: sets up the clone, then lint, types, import rules, unit, contract, story, process, fault and browser tests of both
 * languages. The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
 *
 * `npm test -- unit python` runs only the steps with these names.
 *
 * Tests that meet real processes and browsers may lose a race on a busy machine: where at most `fewFailures` of a step failed, these are
 * run once more, alone, and that counts. What failed at first is printed all the same, and named again before the last line.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, environment, python, root, setUp } from './setup.mjs';

const reports = join(root, 'build/reports');

/** One check that passes or fails as a whole. */
const check = (name, command, ...args) => ({ name, command, args });
const shell = (name, line) => check(name, 'bash', '-ec', line);

const jest = (name, ...more) => {
  const report = join(reports, `jest-${name}.json`);
  const args = ['--selectProjects', name, '--json', `--outputFile=${report}`, '--passWithNoTests', ...more];
  const once = args.filter((arg) => !arg.startsWith('--maxWorkers') && arg !== '--runInBand');
  const again = [...once, '--runInBand', '--onlyFailures'];
  return { name, command: bin('jest'), args, again, count: () => jestCounts(report) };
};

const pytest = (name, folder) => {
  const report = join(reports, `pytest-${name}.xml`);
  const args = ['-m', 'pytest', '-q', '--no-header', `--junitxml=${report}`, folder];
  return { name, command: python, args, again: [...args, '--last-failed'], count: () => junitCounts(report) };
};

function jestCounts(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests };
}

function junitCounts(report) {
  const suite = readFileSync(report, 'utf8').match(/<testsuite [^>]*>/)[0];
  const number = (key) => Number(suite.match(new RegExp(` ${key}="(\\d+)"`))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') };
}

const generated = 'src/protocol/generated python-shim/duallane/_contract';

/** Lanes run beside each other, the steps of one lane in turn. Browser tests want the machine for themselves. */
const stages = [
  // Alone: it writes the generated files that every other step reads.
  [
    [
      shell(
        'contracts',
        `node tools/generate.ts && git diff --exit-code -- ${generated} && test -z "$(git status --porcelain -- ${generated})"`,
      ),
    ],
  ],
  [
    [
      check('buf-lint', bin('buf'), 'lint', 'proto'),
      check('buf-breaking', bin('buf'), 'breaking', 'proto', '--against', 'proto/fixtures/wire-baseline.binpb'),
      check('biome', bin('biome'), 'ci', '.'),
      check('ruff', join(root, '.venv/bin/ruff'), 'check', 'python-shim', 'examples', 'test'),
      check('ruff-format', join(root, '.venv/bin/ruff'), 'format', '--check', 'python-shim', 'examples', 'test'),
      shell('imports', 'depcruise src --config .dependency-cruiser.cjs && node tools/map.mjs --check'),
      check('knip', bin('knip')),
    ],
    [check('types', bin('tsc'), '-b'), check('eslint', bin('eslint'), 'src', 'test', 'tools')],
  ],
  [[jest('unit', '--maxWorkers=1'), jest('contract', '--runInBand')], [pytest('python', 'python-shim/tests')]],
  [[jest('story', '--runInBand'), jest('fault', '--runInBand')], [jest('process', '--maxWorkers=2')]],
  [[jest('e2e', '--runInBand')]],
];

/** More than these are no accident. */
const fewFailures = 3;

/** A step that does not end by then is ended, and has failed. */
const stepLimitMs = 900_000;
const groups = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const group of groups) process.kill(-group, 'SIGKILL');
    process.exit(1);
  });

function runStep(step, args = step.args) {
  const started = Date.now();
  return new Promise((resolve) => {
    const output = [];
    const child = spawn(step.command, args, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (child.pid) groups.add(child.pid);
    const limit = setTimeout(() => {
      output.push(Buffer.from(`\nThe step did not end within ${stepLimitMs / 60_000} minutes and was ended.\n`));
      process.kill(-child.pid, 'SIGKILL');
    }, stepLimitMs);
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(String(error))));
    child.on('close', (code) => {
      clearTimeout(limit);
      groups.delete(child.pid);
      resolve({ ...outcome(step, code), output: Buffer.concat(output).toString(), seconds: (Date.now() - started) / 1000 });
    });
  });
}

/** What a step adds to the sum. A runner that broke before it wrote its report is one failure. */
function outcome(step, code) {
  if (!step.count) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  try {
    const counts = step.count();
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function main() {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !stages.flat(2).some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no step ${unknown.join(', ')}; there are: ${stages
        .flat(2)
        .map((step) => step.name)
        .join(' ')}`,
    );
  setUp({ browser: names.length === 0 || names.includes('e2e') });
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const passedLater = [];
  const runLane = async (lane) => {
    for (const step of lane) {
      if (names.length > 0 && !names.includes(step.name)) continue;
      let result = await runStep(step);
      if (step.again && result.failed > 0 && result.failed <= fewFailures) {
        console.log(`${step.name}: ${result.failed} failed, run again alone\n${result.output}`);
        const second = await runStep(step, step.again);
        // A step that was ended, or broke before it could say what failed, has nothing to run again.
        if (second.passed + second.failed >= result.failed && second.failed < result.failed) {
          passedLater.push(`${step.name} ${result.failed - second.failed}`);
          const passed = result.passed + result.failed - second.failed;
          result = { ...second, passed, skipped: result.skipped, seconds: result.seconds + second.seconds };
        }
      }
      for (const key of ['passed', 'failed', 'skipped']) total[key] += result[key];
      const numbers = `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`;
      console.log(`${result.failed ? 'FAILED' : 'ok    '} ${step.name}: ${numbers} (${result.seconds.toFixed(1)} s)`);
      if (result.failed || process.env.VERBOSE) console.log(result.output);
    }
  };
  for (const lanes of stages) await Promise.all(lanes.map(runLane));
  if (passedLater.length > 0) console.log(`failed at first, and passed when they ran alone: ${passedLater.join(', ')}`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
