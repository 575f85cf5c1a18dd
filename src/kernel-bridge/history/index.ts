/** History over HTTP: immutable parts, and the tail that is in none of them yet. */
export { PartNames } from './part-names.ts';
export { answerPart } from './part-response.ts';
export { recordingsOf } from './recordings-response.ts';
export { answerTail, parseTail } from './tail-response.ts';
