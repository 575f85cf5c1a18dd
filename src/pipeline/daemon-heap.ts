/**
 * The daemon's V8, set up for a process that rows pass through and few stay in.
 *
 * - New objects get 16 MB: left alone, V8 lets this grow to 128 MB under load, which stays.
 * - Batches are buffers outside of the heap. V8 collects the whole heap for every 15 MB of them, which took a third of the processor
 *   time of ingest and half of that of replay; here it weighs them as it does the heap, and collects when both together are three
 *   times what was in use after the last collection. That costs about 40 MB.
 *
 * V8 takes such settings at its start only, so the process replaces itself by itself: same pid, same streams. Settings that Node does
 * not document are left out of a Node they were not tried with: it does not start with one that it does not know.
 */
const flags = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'];
const flagsOfNode24 = ['--external-memory-accounted-in-global-limit', '--heap-growing-percent=200'];

/** Returns in a process that has the settings; does nothing where a process cannot be replaced (Windows). */
export function boundHeap(): void {
  const { execArgv, execPath, argv, env, platform, versions } = process;
  const wanted = versions.node.startsWith('24.') ? [...flags, ...flagsOfNode24] : flags;
  const missing = wanted.filter((flag) => !execArgv.includes(flag));
  if (missing.length === 0 || platform === 'win32') return;
  process.execve?.(execPath, [execPath, ...missing, ...execArgv, ...argv.slice(1)], env);
}
