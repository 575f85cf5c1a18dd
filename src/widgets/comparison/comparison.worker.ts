/** The comparison in a thread of its own: Parquet decoding, smoothing, binning, bootstrap and the picture of points. */
import initParquet, * as parquet from 'parquet-wasm/esm';
import { sentenceOf } from '../../protocol/index.ts';
import { breathe } from '../sql/breathe.ts';
import { parquetDecoder } from '../sql/part-decoder.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { WorkerSide } from './worker-side.ts';

const parquetUrl = new URL('parquet-wasm/esm/parquet_wasm_bg.wasm', import.meta.url).href;
const post = (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });
const decoder = parquetDecoder(parquet);
const side = new WorkerSide(decoder, post, breathe);
const ready = initParquet({ module_or_path: parquetUrl });

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind !== 'part') return side.hear(data);
  void ready.then(
    () => side.hear(data),
    (cause: unknown) =>
      post({
        kind: 'refused',
        request: data.request,
        sentence: `The history cannot be read in this page (${sentenceOf(cause)}). Reload it; if it stays so, the Jupyter server lacks a file: install duallane again.`,
      }),
  );
});
