import type { SecureContextOptions } from 'node:tls';
import { MetricsError } from '@oriel/metrics';
import { readWebConfig, type WebConfig } from './web-config.ts';
import { fileMark, secureContextOptions, tlsFilesMark, wantsTls } from './web-tls.ts';

/**
 * A web configuration file that is read again when it, or a certificate it names, has changed.
 *
 * What cannot be used is told to `onError`, once, and the configuration before it stays.
 */
export class WebSettings {
  readonly #file: string;
  readonly #onError: (error: Error) => void;
  readonly #now: () => number;
  readonly #checkEveryMs: number;
  /** As the file has it; in use once its certificates can be. */
  #wanted: WebConfig = {};
  #config: WebConfig | undefined;
  #context: SecureContextOptions | undefined;
  #configMark = '';
  #tlsMark = '';
  #checked: number;

  /** Errors: those of {@link readWebConfig} and of a certificate that cannot be used. */
  constructor(
    file: string,
    onError: (error: Error) => void,
    {
      now = () => performance.now(),
      checkEveryMs = 1000,
    }: { now?: () => number; checkEveryMs?: number } = {},
  ) {
    this.#file = file;
    this.#onError = onError;
    this.#now = now;
    this.#checkEveryMs = checkEveryMs;
    this.#checked = now();
    this.#read();
  }

  /** The configuration as it is now; its files are looked at once a second at most. */
  get config(): WebConfig {
    this.#refresh();
    return this.#config ?? {};
  }

  /** What TLS connections are made with, undefined for plain HTTP; another object when it has changed. */
  get context(): SecureContextOptions | undefined {
    this.#refresh();
    return this.#context;
  }

  #refresh(): void {
    const now = this.#now();
    if (now - this.#checked < this.#checkEveryMs) return;
    this.#checked = now;
    try {
      this.#read();
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  // A mark is taken before the reading, also of what cannot be read: a fault is told once.
  #read(): void {
    const mark = fileMark(this.#file);
    if (mark !== this.#configMark) {
      this.#configMark = mark;
      this.#wanted = readWebConfig(this.#file);
    }
    const { tls_server_config: tls } = this.#wanted;
    const tlsMark = `${this.#configMark}|${wantsTls(tls) ? tlsFilesMark(tls) : ''}`;
    if (tlsMark === this.#tlsMark) return;
    this.#tlsMark = tlsMark;
    const context = wantsTls(tls) ? secureContextOptions(tls) : undefined;
    this.#refuseSwitch(context);
    this.#context = context;
    this.#config = this.#wanted;
  }

  // A listener speaks TLS or it does not.
  #refuseSwitch(context: SecureContextOptions | undefined): void {
    if (this.#config === undefined || (context === undefined) === (this.#context === undefined)) return;
    const act = context === undefined ? 'off' : 'on';
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot use web configuration file "${this.#file}": it turns TLS ${act} while the server runs; restart the server for that`,
      details: { file: this.#file },
    });
  }
}
