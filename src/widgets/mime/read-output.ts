/** A notebook is untrusted input: what a view's output says is checked here before anything is made of it. */
import { type ViewOutput, validators } from '../../protocol/index.ts';

export type ReadOutput = { output: ViewOutput } | { sentence: string };

const lastBytes = 100_000;

export function readOutput(json: unknown): ReadOutput {
  if (typeof json !== 'object' || json === null) return { sentence: 'This output holds no Duallane view. Run its cell again.' };
  const { version } = json as { version?: unknown };
  if (typeof version === 'number' && version !== 1) {
    return { sentence: 'This view was saved by another version of Duallane. Run its cell again to draw it anew.' };
  }
  if (!validators.viewOutput(json)) {
    const first = validators.viewOutput.errors?.[0];
    const where = first?.instancePath ? ` at ${first.instancePath.slice(0, 60)}` : '';
    return { sentence: `This view's output was changed and cannot be read${where}. Run its cell again to draw it anew.` };
  }
  const output = json as ViewOutput;
  if (!output.last || JSON.stringify(output.last).length <= lastBytes) return { output };
  const { last: _tooLarge, ...rest } = output;
  return { output: rest };
}
