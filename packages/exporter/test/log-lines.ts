import type { Logger } from '../src/logger.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly details: Record<string, unknown>;
  readonly message: string;
}

/** A logger that keeps its lines. */
export class LogLines implements Logger {
  readonly lines: LogLine[] = [];
  readonly debug: Logger['debug'] = (details, message) => this.#keep('debug', details, message);
  readonly info: Logger['info'] = (details, message) => this.#keep('info', details, message);
  readonly warn: Logger['warn'] = (details, message) => this.#keep('warn', details, message);
  readonly error: Logger['error'] = (details, message) => this.#keep('error', details, message);

  messages(level: keyof Logger): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message);
  }

  #keep(level: keyof Logger, details: object, message: string): void {
    this.lines.push({ level, details: { ...details }, message });
  }
}
