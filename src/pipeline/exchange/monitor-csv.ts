/**
 * Stable-Baselines3's `monitor.csv`: a line `#{"t_start": seconds, "env_id": name}`, a head `r,l,t,...`, one line per episode.
 * Further columns (info_keywords) go into the episode's metadata. A line that is no episode is counted and harms nothing.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { type ImportedRow, type ImportedRun, runOfFile, skip } from './imported.ts';

/** Throws `import-unreadable` when the text does not begin as such a file. */
export function readMonitorCsv(text: string, name: string): ImportedRun {
  const [first = '', head = '', ...lines] = text.split(/\r?\n/);
  const { t_start = 0, env_id = '' } = headOf(first, name);
  const columns = head.split(',');
  for (const needed of ['r', 'l', 't'])
    if (!columns.includes(needed))
      throw new DuallaneError('import-unreadable', `${name} has no column ${needed}: it is no monitor.csv of Stable-Baselines3`);
  const run = runOfFile(name, text);
  run.rows = episodesOf(run, lines, columns, Number(t_start), String(env_id));
  return run;
}

function* episodesOf(
  run: ImportedRun,
  lines: readonly string[],
  columns: readonly string[],
  startS: number,
  game: string,
): Generator<ImportedRow> {
  let episode = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const cells = line.split(',');
    const values = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
    const { r, l, t, ...more } = values;
    const figures = [r, l, t].map((cell) => (cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell)));
    const [reward = 0, steps = 0, seconds = 0] = figures;
    if (cells.length !== columns.length || figures.some(Number.isNaN) || !Number.isSafeInteger(steps)) {
      skip(run, 'lines that are no episode');
      continue;
    }
    const row = {
      agent_id: 'default',
      env_slot: 0,
      episode_index: episode++,
      total_reward: reward,
      steps,
      terminated: true,
      truncated: false,
      ts: Math.round((startS + seconds) * 1e6),
      game_id: game === '' ? null : game,
      // The file does not say how an episode ended.
      outcome: 'Completed',
      metadata_json: Object.keys(more).length === 0 ? null : JSON.stringify(more),
    };
    yield { kind: 'episodes', workerId: 'monitor', row };
  }
}

function headOf(line: string, name: string): Record<string, unknown> {
  try {
    if (!line.startsWith('#')) throw new Error('its first line does not begin with #{');
    return JSON.parse(line.slice(1)) as Record<string, unknown>;
  } catch (cause) {
    throw new DuallaneError('import-unreadable', `${name} is no monitor.csv of Stable-Baselines3: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}
