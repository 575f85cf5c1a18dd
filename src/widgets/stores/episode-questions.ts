/** What an episode player asks of the page's SQL engine: the steps of an episode, the values and events of its time, the episodes. */
import { Answer, type SqlEngine } from '../sql/index.ts';

export type EpisodePlace = { run: string; agent: string; slot: number; episode: number };

export type EpisodeRow = EpisodePlace & {
  steps: number;
  totalReward: number | undefined;
  terminated: boolean;
  truncated: boolean;
  seed: string | undefined;
  game: string;
};

/** A step as it was logged. Times are microseconds since 1970. */
export type StepRow = {
  /** 0 for a step that is known from a recording alone. */
  seq: number;
  step: number;
  atUs: number;
  action: string | undefined;
  reward: number | undefined;
  terminated: boolean;
  truncated: boolean;
  observation: string | undefined;
};

export type ValueRow = { name: string; atUs: number; value: number };
export type EventRow = { kind: string; atUs: number };
/** `isWhole`: false when there are more than could be taken. */
export type Found<Row> = { rows: Row[]; isWhole: boolean };

type Cells = Readonly<Record<string, string | undefined>>;
type Lifetime = { signal: AbortSignal };

/** Of the newest episodes so many are listed; older ones are asked for one by one. */
export const episodesMost = 20_000;
export const stepsMost = 200_000;
/** Logged values, and events, that an episode can have here. */
export const valuesMost = 1_000_000;
/** They are asked for in pages: none keeps the engine or the page busy for long. */
const pageRows = 20_000;

const episodeColumns = `agent_id, env_slot, episode_index, total_reward, steps, terminated, truncated,
  coalesce(seed, episode_seed) AS seed, game_id`;

/** The newest `episodesMost`, newest first. */
export async function askEpisodes(engine: SqlEngine, run: string, life: Lifetime): Promise<EpisodeRow[]> {
  const sql = `SELECT ${episodeColumns} FROM episodes ORDER BY seq_id DESC LIMIT ${episodesMost}`;
  return episodesOf(run, await ask(engine, run, sql, {}, life));
}

/** One episode, of each agent that has it. */
export async function askEpisode(engine: SqlEngine, run: string, episode: number, life: Lifetime): Promise<EpisodeRow[]> {
  const sql = `SELECT ${episodeColumns} FROM episodes WHERE episode_index = {{episode}} ORDER BY seq_id DESC LIMIT 1000`;
  return episodesOf(run, await ask(engine, run, sql, { episode }, life));
}

function episodesOf(run: string, rows: readonly Cells[]): EpisodeRow[] {
  return rows.map((row) => ({
    run,
    agent: row.agent_id ?? '',
    slot: Number(row.env_slot ?? 0),
    episode: Number(row.episode_index),
    steps: Number(row.steps ?? 0),
    totalReward: numberOf(row.total_reward),
    terminated: row.terminated === 'true',
    truncated: row.truncated === 'true',
    seed: row.seed,
    game: row.game_id ?? '',
  }));
}

/** In the order of the episode. Observations only as text that tells them apart: what is to be drawn is read row by row. */
export async function askSteps(engine: SqlEngine, place: EpisodePlace, life: Lifetime): Promise<StepRow[]> {
  const sql = `SELECT step_index, seq_id, epoch_us(ts) AS at_us, action_json, reward, terminated, truncated,
      coalesce(observation_json, md5(observation)) AS observation FROM steps
    WHERE episode_index = {{episode}} AND env_slot = {{slot}} AND agent_id = {{agent}} ORDER BY step_index, seq_id LIMIT ${stepsMost}`;
  const { run, agent, slot, episode } = place;
  const rows = await ask(engine, run, sql, { agent, slot, episode }, life);
  return rows.map((row) => ({
    seq: Number(row.seq_id ?? 0),
    step: Number(row.step_index),
    atUs: Number(row.at_us ?? 0),
    action: row.action_json,
    reward: numberOf(row.reward),
    terminated: row.terminated === 'true',
    truncated: row.truncated === 'true',
    observation: row.observation || undefined,
  }));
}

/** Every named value logged in that time, and of each name the last one before it. Ascending in time; at most `most`, those logged first. */
export async function askValues(
  engine: SqlEngine,
  run: string,
  fromUs: number,
  toUs: number,
  life: Lifetime,
  most = valuesMost,
): Promise<Found<ValueRow>> {
  const span = { from: Math.round(fromUs), to: Math.round(toUs) };
  const before = `SELECT name, epoch_us(max(ts)) AS at_us, arg_max(value, ts) AS value FROM metrics WHERE epoch_us(ts) < {{from}} GROUP BY name`;
  const during = 'SELECT seq_id, name, epoch_us(ts) AS at_us, value FROM metrics WHERE epoch_us(ts) BETWEEN {{from}} AND {{to}}';
  const first = await ask(engine, run, before, span, life);
  const { rows, isWhole } = await askPages(engine, run, during, span, life, most);
  const values = [...first, ...rows].flatMap((row) => {
    const value = numberOf(row.value);
    return value === undefined ? [] : [{ name: row.name ?? '', atUs: Number(row.at_us), value }];
  });
  return { rows: values.sort((a, b) => a.atUs - b.atUs), isWhole };
}

/** Ascending in time; at most `valuesMost`. */
export async function askEvents(
  engine: SqlEngine,
  run: string,
  fromUs: number,
  toUs: number,
  life: Lifetime,
): Promise<Found<EventRow>> {
  const sql = `SELECT seq_id, kind, epoch_us(ts) AS at_us FROM events
    WHERE epoch_us(ts) BETWEEN {{from}} AND {{to}} AND kind <> 'heartbeat'`;
  const span = { from: Math.round(fromUs), to: Math.round(toUs) };
  const { rows, isWhole } = await askPages(engine, run, sql, span, life, valuesMost);
  const events = rows.map((row) => ({ kind: row.kind ?? '', atUs: Number(row.at_us) }));
  return { rows: events.sort((a, b) => a.atUs - b.atUs), isWhole };
}

/** All rows of a question that has a WHERE and tells `seq_id`, a page at a time in that order; at most `most`. */
async function askPages(
  engine: SqlEngine,
  run: string,
  sql: string,
  params: Readonly<Record<string, number>>,
  life: Lifetime,
  most: number,
): Promise<Found<Cells>> {
  const all: Cells[] = [];
  for (let after = 0; ; ) {
    const limit = Math.min(pageRows, most + 1 - all.length);
    const paged = `${sql} AND seq_id > {{after}} ORDER BY seq_id LIMIT ${limit}`;
    const rows = await ask(engine, run, paged, { ...params, after }, life);
    for (const row of rows) all.push(row);
    if (all.length > most) return { rows: all.slice(0, most), isWhole: false };
    if (rows.length < limit) return { rows: all, isWhole: true };
    after = Number(rows.at(-1)?.seq_id);
  }
}

async function ask(
  engine: SqlEngine,
  run: string,
  sql: string,
  params: Readonly<Record<string, string | number>>,
  life: Lifetime,
): Promise<Cells[]> {
  let answer: Answer | undefined;
  const listener = {
    onColumns: (header: Uint8Array) => {
      answer = new Answer(header);
    },
    onRows: (chunks: readonly Uint8Array[]) => answer?.add(chunks),
  };
  await engine.ask({ sql, params, runs: [run] }, listener, life);
  const columns = answer?.columns ?? [];
  return Array.from({ length: answer?.rows ?? 0 }, (_, row) =>
    Object.fromEntries(columns.map(({ name }, column) => [name, answer?.text(row, column) ?? undefined])),
  );
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
