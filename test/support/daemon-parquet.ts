/** Parquet read by another implementation than the one that wrote it: pyarrow, in the project's virtual environment. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const python = join(process.cwd(), '.venv', 'bin', 'python');

const script = `
import json, sys, pyarrow.parquet as parquet
def plain(value):
    if isinstance(value, float) and value != value: return "NaN"
    if hasattr(value, "timestamp"): return round((value - __import__("datetime").datetime(1970, 1, 1)).total_seconds() * 1e6)
    return value.hex() if isinstance(value, bytes) else value
rows = [row for path in sys.argv[1:] for row in parquet.read_table(path).to_pylist()]
print(json.dumps([{name: plain(value) for name, value in row.items()} for row in rows]))
`;

/** Rows of Parquet files, in order: timestamps as microseconds, NaN as NaN. */
export async function rowsOfParquet(paths: readonly string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(python, ['-c', script, ...paths], { maxBuffer: 512 * 1024 * 1024 });
  return JSON.parse(stdout, (_, value: unknown) => (value === 'NaN' ? Number.NaN : value)) as Record<string, unknown>[];
}
