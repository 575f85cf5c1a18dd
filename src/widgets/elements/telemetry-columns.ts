/** The columns of the episode and the step table, in the order users of the source system know. */
import type { Row } from '../stores/row-batch.ts';
import { cellNumber, count, timeOfDay } from '../styles/words.ts';
import type { Column } from './row-table.ts';

const longest = 300;

const text = (title: string, width: number, name: string): Column => ({
  title,
  width,
  align: 'left',
  text: (row) => (row.batch.text(name, row.index) ?? '').slice(0, longest),
  exact: (row) => row.batch.text(name, row.index)?.slice(0, 4000),
});

/** Identifiers and seeds: as they are, without separators. */
const plain = (title: string, width: number, name: string): Column => ({
  title,
  width,
  align: 'right',
  text: (row) => row.batch.text(name, row.index) ?? '',
});

const number = (title: string, width: number, name: string): Column => ({
  title,
  width,
  align: 'right',
  text: (row) => cellNumber(row.batch.number(name, row.index)),
  exact: (row) => row.batch.text(name, row.index),
});

const flag = (title: string, name: string): Column => ({
  title,
  width: 92,
  align: 'left',
  text: (row) => (row.batch.flag(name, row.index) ? 'yes' : ''),
  exact: (row) => (row.batch.flag(name, row.index) ? 'yes' : 'no'),
});

const timestamp: Column = {
  title: 'Timestamp',
  width: 112,
  align: 'left',
  text: (row) => timeOfDay(row.batch.timeMs(row.index)),
  exact: (row) => {
    const ms = row.batch.timeMs(row.index);
    return ms === undefined ? undefined : new Date(ms).toISOString();
  },
};

const counted = (title: string, width: number, name: string): Column => ({
  title,
  width,
  align: 'right',
  text: (row) => {
    const value = row.batch.number(name, row.index);
    return value === undefined ? '' : count(value);
  },
});

export const episodeColumns: readonly Column[] = [
  timestamp,
  text('Worker', 80, 'worker_id'),
  text('Agent', 76, 'agent_id'),
  counted('Episode', 64, 'episode_index'),
  counted('Steps', 52, 'steps'),
  number('Total reward', 84, 'total_reward'),
  flag('Terminated', 'terminated'),
  flag('Truncated', 'truncated'),
  plain('Seed', 72, 'seed'),
  plain('Episode seed', 88, 'episode_seed'),
  text('Mode', 48, 'mode'),
  text('Game', 92, 'game_id'),
  text('Outcome', 76, 'outcome'),
];

export const stepColumns: readonly Column[] = [
  timestamp,
  text('Agent', 76, 'agent_id'),
  counted('Episode', 64, 'episode_index'),
  counted('Step', 60, 'step_index'),
  plain('Seed', 72, 'episode_seed'),
  text('Action', 68, 'action_json'),
  number('Reward', 64, 'reward'),
  flag('Terminated', 'terminated'),
  flag('Truncated', 'truncated'),
  {
    title: 'Observation',
    width: 280,
    align: 'left',
    text: (row) => (row.batch.observation(row.index) ?? '').slice(0, longest),
    exact: (row) => row.batch.observation(row.index)?.slice(0, 4000),
  },
  { title: 'Info', width: 160, align: 'left', text: info },
];

export const eventColumns: readonly Column[] = [
  timestamp,
  text('Event', 132, 'kind'),
  text('Worker', 132, 'worker_id'),
  text('Details', 560, 'detail_json'),
];

/** What else the row says of itself. */
function info(row: Row): string {
  const names = ['policy_label', 'backend', 'worker_id', 'frame_ref'];
  return names
    .map((name) => row.batch.text(name, row.index))
    .filter(Boolean)
    .join(' · ');
}

/** The rows as tab-separated text with a head line, for the clipboard. */
export function asTabbedText(columns: readonly Column[], rows: readonly Row[]): string {
  const clean = (value: string): string => value.replaceAll(/[\t\r\n]/g, ' ');
  const lines = rows.map((row) => columns.map((column) => clean(column.exact?.(row) ?? column.text(row))).join('\t'));
  return [columns.map((column) => column.title).join('\t'), ...lines].join('\n');
}
