/**
 * One JSON line per event: level, stable event id, time, the ids it is about.
 *
 * error = someone must act, warn = we recovered, info = once per phase for the operator, debug = for us.
 */
type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/** A log that writes its lines through `write`; `now` gives ms since the epoch. */
export function createLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (level, event, fields) => {
    write(`${JSON.stringify({ level, event, time: new Date(now()).toISOString(), ...fields })}\n`);
  };
}
