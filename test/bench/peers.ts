/**
 * The peers that some benches measure in the same run: `npm run bench -- peers` installs them, nothing else does.
 *
 * They live in an environment of their own, .cache/peers, which sees the clone's packages and never changes them. A bench whose
 * peers are not installed says so and runs without.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { python } from './python.ts';

const peersDirectory = join(import.meta.dirname, '../../.cache/peers');
const installed = join(peersDirectory, 'installed');
const packages = [
  'tensorboardX==2.6.5',
  'wandb==0.31.0',
  'trackio==0.43.0',
  'jupyter_rfb==1.0.2',
  'perspective-python==5.6.1',
  'plotly==7.1.0',
];

/** Environment for a Jupyter server whose kernels and pages have the peers too; undefined where they are not installed. */
export function peersEnvironment(): Record<string, string> | undefined {
  if (!existsSync(installed)) {
    console.log('   (without its peer: `npm run bench -- peers` installs it)');
    return undefined;
  }
  return { PYTHONPATH: purelib(join(peersDirectory, 'bin/python')), JUPYTER_PATH: join(peersDirectory, 'share/jupyter') };
}

/** The Python that has the peers too, where they are installed; else the clone's. */
export function peersPython(): string {
  if (existsSync(installed)) return join(peersDirectory, 'bin/python');
  console.log('   (without peers: `npm run bench -- peers` installs them)');
  return python;
}

export function installPeers(): void {
  rmSync(peersDirectory, { recursive: true, force: true });
  execFileSync(python, ['-m', 'venv', peersDirectory], { stdio: 'inherit' });
  const peers = join(peersDirectory, 'bin/python');
  writeFileSync(join(purelib(peers), 'clone.pth'), `${purelib(python)}\n`);
  execFileSync(peers, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'inherit' });
  writeFileSync(installed, `${packages.join('\n')}\n`);
}

function purelib(of: string): string {
  return execFileSync(of, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' }).trim();
}
