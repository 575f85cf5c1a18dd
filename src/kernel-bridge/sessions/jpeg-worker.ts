/** The thread that makes JPEGs of frames, one picture after the other. What fails ends the thread. */
import { parentPort } from 'node:worker_threads';
import { JpegCodec, type Picture } from '../../protocol/jpeg.ts';

/** Good enough for a picture that moves; it comes again without loss when it stands still. */
const form = { quality: 80, sampling: '4:2:0' } as const;

const codec = await JpegCodec.load();
const port = parentPort;
port?.on('message', (picture: Picture) => {
  const jpeg = codec.encode(picture, form);
  port.postMessage(jpeg, [jpeg.buffer]);
});
port?.postMessage('ready');
