/** P4: what publishing one frame costs the training loop; measured in Python, see p4_frame_ring.py. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from './figures.ts';
import { python } from './python.ts';

type Measured = Record<'publish_us' | 'publish_p99_us' | 'memcpy_us' | 'memcpy_p99_us' | 'limit_us', number>;

export const p4: Bench = async ({ small }) => {
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'p4_frame_ring.py'), small ? '50' : '5000']);
  const { P4 } = JSON.parse(stdout) as { P4: Record<string, Measured> };
  return {
    title: 'publishing one frame, in the worker',
    reach: '<= 1.5 memcpy of the same bytes + 5 us',
    rows: Object.entries(P4).map(([size, figures]) => ({
      case: size,
      figures: {
        'publish us': figures.publish_us,
        'p99 us': figures.publish_p99_us,
        'memcpy us': figures.memcpy_us,
        'memcpy p99 us': figures.memcpy_p99_us,
        'limit us': figures.limit_us,
      },
    })),
  };
};
