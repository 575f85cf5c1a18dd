/** The Python of the clone. */
import { join } from 'node:path';

export const python = join(import.meta.dirname, '../../.venv/bin/python');
