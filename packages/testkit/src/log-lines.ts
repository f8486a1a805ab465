import type { Logger } from '@oriel/exporter';

/** A line that was logged. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps its lines. */
export interface LogLines extends Logger {
  readonly lines: readonly LogLine[];
  messages(level: keyof Logger): string[];
}

/**
 * Makes a logger that keeps its lines, to be given to an exporter under test.
 *
 * @example
 * const logger = logLines();
 * logger.warn({ port: 1 }, 'the port is low');
 * assert.deepEqual(logger.messages('warn'), ['the port is low']);
 */
export function logLines(): LogLines {
  const lines: LogLine[] = [];
  const keep =
    (level: keyof Logger) =>
    (details: object, message: string): void => {
      lines.push({ level, details: { ...details }, message });
    };
  return {
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}
