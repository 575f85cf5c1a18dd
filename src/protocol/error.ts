/**
 * The one error of the house: a code to act on, a sentence to read, the cause kept.
 *
 * Codes are kebab-case and stable: clients and tests switch on them.
 */
export class DuallaneError extends Error {
  readonly code: string;
  /** The message without its leading code: a sentence for people. */
  readonly sentence: string;

  constructor(code: string, sentence: string, options?: { cause?: unknown }) {
    super(`${code}: ${sentence}`, options);
    this.name = 'DuallaneError';
    this.code = code;
    this.sentence = sentence;
  }
}

/** What any thrown value says, in one line. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DuallaneError) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}
