type LogMethod = (details: object, message: string) => void;

/** The part of a pino logger that Oriel calls; any object with these four methods will do. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** Levels of the default logger, from the most talkative to none. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** A logger whose level can be changed. */
export interface LevelledLogger extends Logger {
  level: string;
}

/** The default logger: pino under the name `oriel`, loaded when it is first wanted. */
export async function pinoLogger(level: LogLevel): Promise<LevelledLogger> {
  const { pino } = await import('pino');
  const logger: LevelledLogger = pino({ name: 'oriel', level });
  return logger;
}
