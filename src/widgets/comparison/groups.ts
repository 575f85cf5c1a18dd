/**
 * Runs as groups of seeds: what belongs together, what each group is called, which seeds it lacks, and where configurations differ.
 * A configuration is text that anybody may have written: what is no JSON object counts as empty.
 */
import type { RunEntry } from '../../protocol/index.ts';

export type ComparedRun = Pick<RunEntry, 'run_id' | 'name' | 'config_json' | 'status' | 'created_ms'>;
/** 'seed': alike in everything but the seed; 'name': of one name; 'run': each by itself; else the path of a config key. */
export type GroupBy = string;
export type RunGroup = {
  /** Stays the same while runs come and go. */
  key: string;
  label: string;
  runs: readonly ComparedRun[];
  /** Seeds that other groups have and this one has not. */
  missingSeeds: readonly string[];
};
/** One key that is not the same everywhere; undefined where a group does not have it, several values where its runs differ. */
export type ConfigDifference = { path: string; values: readonly (readonly string[])[] };

const flattened = new Map<string, ReadonlyMap<string, string>>();
const flattenedMost = 2000;

/** Values by path: nested keys joined by dots, lists and empty objects as JSON. A view asks for the same ones in each update. */
export function flatConfig(configJson: string): ReadonlyMap<string, string> {
  const known = flattened.get(configJson) ?? flatten(configJson);
  if (flattened.size >= flattenedMost) flattened.clear();
  flattened.set(configJson, known);
  return known;
}

function flatten(configJson: string): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  let config: unknown;
  try {
    config = JSON.parse(configJson);
  } catch {
    return flat; // A run without a readable configuration has none to compare.
  }
  const walk = (value: unknown, path: string): void => {
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    if (!isNested) {
      if (path !== '') flat.set(path, typeof value === 'string' ? value : JSON.stringify(value));
      return;
    }
    for (const [key, inner] of Object.entries(value as object)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) walk(config, '');
  return flat;
}

function isSeedKey(path: string): boolean {
  return /(^|[._-])seed$/i.test(path);
}

/** The run's seed as its configuration has it; of several keys the shallowest. */
export function seedOf(config: ReadonlyMap<string, string>): string | undefined {
  const paths = [...config.keys()].filter(isSeedKey).sort((a, b) => a.split('.').length - b.split('.').length);
  return paths[0] === undefined ? undefined : config.get(paths[0]);
}

/** Known words for the environment, the shallowest first: runs of one environment are drawn among themselves. */
export function taskOf(config: ReadonlyMap<string, string>): string {
  const found = [...config.keys()].filter((path) => /(^|[._-])(env|env_id|environment|environment_id|task|game)$/i.test(path));
  const path = found.sort((a, b) => a.split('.').length - b.split('.').length)[0];
  return path === undefined ? '' : (config.get(path) ?? '');
}

/** Environment steps the run was meant to take. */
export function budgetOf(config: ReadonlyMap<string, string>): number | undefined {
  for (const [path, value] of config) {
    const isBudget = /(^|[._-])(total_timesteps|total_steps|max_steps|num_timesteps|timesteps|budget|total_env_steps)$/i.test(
      path,
    );
    const budget = isBudget ? Number(value) : Number.NaN;
    if (budget > 0 && Number.isFinite(budget)) return budget;
  }
  return undefined;
}

export function groupRuns(runs: readonly ComparedRun[], by: GroupBy): RunGroup[] {
  const found = new Map<string, { runs: ComparedRun[]; label: string; seeds: Set<string> }>();
  const configs = new Map(runs.map((run) => [run.run_id, flatConfig(run.config_json)]));
  const shared = sharedNames(runs, configs);
  for (const run of runs) {
    const config = configs.get(run.run_id) ?? new Map();
    const { key, label } = keyOf(run, config, by, shared);
    const group = found.get(key) ?? { runs: [], label, seeds: new Set() };
    group.runs.push(run);
    const seed = seedOf(config);
    if (seed !== undefined) group.seeds.add(seed);
    found.set(key, group);
  }
  const seeds = new Set([...found.values()].flatMap((group) => [...group.seeds]));
  const groups = [...found].map(([key, group]) => ({
    key,
    label: group.label,
    runs: group.runs,
    missingSeeds: by === 'run' || group.seeds.size === 0 ? [] : [...seeds].filter((seed) => !group.seeds.has(seed)).sort(bySize),
  }));
  return told(groups, configs);
}

/** Names that runs of different seeds have, alike in all else: no seed is in them, whatever number they end with. */
function sharedNames(
  runs: readonly ComparedRun[],
  configs: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ReadonlySet<string> {
  const seeds = new Map<string, Set<string | undefined>>();
  for (const run of runs) {
    const config = configs.get(run.run_id) ?? new Map();
    const key = JSON.stringify([run.name, restOf(config)]);
    seeds.set(key, (seeds.get(key) ?? new Set()).add(seedOf(config)));
  }
  return new Set([...seeds].flatMap(([key, found]) => (found.size > 1 ? key : [])));
}

/** Everything but the seed, in an order of its own. */
function restOf(config: ReadonlyMap<string, string>): [string, string][] {
  return [...config].filter(([path]) => !isSeedKey(path)).sort(([a], [b]) => (a < b ? -1 : 1));
}

function keyOf(
  run: ComparedRun,
  config: ReadonlyMap<string, string>,
  by: GroupBy,
  shared: ReadonlySet<string>,
): { key: string; label: string } {
  const name = run.name || run.run_id;
  switch (by) {
    case 'run':
      return { key: run.run_id, label: name };
    case 'name':
      return { key: name, label: name };
    case 'seed': {
      const rest = restOf(config);
      const label = shared.has(JSON.stringify([run.name, rest])) ? name : withoutSeed(name, seedOf(config));
      return { key: JSON.stringify([label, rest]), label };
    }
    default: {
      const value = config.get(by);
      return { key: JSON.stringify([by, value ?? null]), label: value === undefined ? `no ${by}` : `${by} ${value}` };
    }
  }
}

/** "ppo-seed3" of seed 3 is "ppo"; "level-100" of seed 0 is no name with a seed in it. */
function withoutSeed(name: string, seed: string | undefined): string {
  if (seed === undefined || !name.endsWith(seed)) return name;
  const rest = name.slice(0, -seed.length);
  const cut = /([-_ .,:=]+(seed|s)?|seed)[-_ .,:=]*$/i.exec(rest);
  return cut && cut.index > 0 ? rest.slice(0, cut.index) : name;
}

/** Groups that would be called the same get what sets them apart. */
function told(groups: readonly RunGroup[], configs: ReadonlyMap<string, ReadonlyMap<string, string>>): RunGroup[] {
  return groups.map((group) => {
    const same = groups.filter(({ label }) => label === group.label);
    if (same.length === 1) return group;
    const apart = differences(same, configs, true).slice(0, 3);
    const words = apart.map(
      ({ path, values }) => `${path.split('.').at(-1)}=${values[same.indexOf(group)]?.join('|') || 'none'}`,
    );
    const suffix = words.length > 0 ? words.join(' ') : group.key.slice(-6);
    return { ...group, label: `${group.label} ${suffix}` };
  });
}

/** Every key whose value is not the same in all groups, by path; the seed is not told when groups are of seeds. */
export function configDifferences(groups: readonly RunGroup[], by: GroupBy): ConfigDifference[] {
  const configs = new Map(groups.flatMap(({ runs }) => runs.map((run) => [run.run_id, flatConfig(run.config_json)] as const)));
  return differences(groups, configs, by === 'seed');
}

function differences(
  groups: readonly RunGroup[],
  configs: ReadonlyMap<string, ReadonlyMap<string, string>>,
  isWithoutSeed: boolean,
): ConfigDifference[] {
  const paths = new Set([...configs.values()].flatMap((config) => [...config.keys()]));
  const rows: ConfigDifference[] = [];
  for (const path of [...paths].sort()) {
    if (isWithoutSeed && isSeedKey(path)) continue;
    const values = groups.map(({ runs }) => [...new Set(runs.flatMap((run) => configs.get(run.run_id)?.get(path) ?? []))]);
    if (new Set(values.map((each) => JSON.stringify(each))).size > 1) rows.push({ path, values });
  }
  return rows;
}

function bySize(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : 1);
}
