/** What a page has and jsdom leaves out. To be imported before anything of the page. */
import { TextDecoder, TextEncoder } from 'node:util';
import { MessageChannel } from 'node:worker_threads';

Object.assign(globalThis, { MessageChannel, TextDecoder, TextEncoder });
if (typeof MouseEvent !== 'undefined') Object.assign(globalThis, { DragEvent: class extends MouseEvent {} });
