/**
 * Results that have a name in this page: `%%duallane worst` makes `worst` a table of every other SQL cell.
 *
 * A name belongs to the cell that took it last; when that cell goes, the name goes.
 */
import type { NamedQuestion } from './engine.ts';

const named = new Map<string, { owner: object; question: NamedQuestion }>();

/** Undefined takes the name away, if it is still this owner's. */
export function nameResult(name: string, owner: object, question: NamedQuestion | undefined): void {
  if (question) named.set(name, { owner, question });
  else if (named.get(name)?.owner === owner) named.delete(name);
}

/** All but the owner's own: a result is not made of itself. */
export function namedResults(but: object): Record<string, NamedQuestion> {
  return Object.fromEntries([...named].filter(([, { owner }]) => owner !== but).map(([name, { question }]) => [name, question]));
}
