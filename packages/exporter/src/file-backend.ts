import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MetricsError, type Snapshot } from '@oriel/metrics';
import { replaceFile } from './atomic-file.ts';
import { type Backend, type BackendContext, type BackendInstance, defineBackend } from './backend.ts';
import { type EncodeText, type FileSettings, fileSettings } from './file-settings.ts';
import { jsonLines } from './json-lines.ts';
import { namespaced } from './namespaced.ts';
import { shown } from './option-error.ts';
import { PushHealth } from './push-health.ts';
import { PushLoop } from './push-loop.ts';
import { RotatingFile } from './rotating-file.ts';
import { findTextEncoder } from './text-encoder.ts';
import { untimed } from './untimed.ts';
import { WarnOnce } from './warn-once.ts';

/**
 * The backend `file`: appends lines of JSON, or replaces a text file that node_exporter reads.
 *
 * Built in: `file:///var/log/metrics.json`, `file:///var/lib/node_exporter/app.prom`, or `file` with the setting `path`.
 */
export const fileBackend: Backend<FileSettings> = defineBackend({
  name: 'file',
  options: fileSettings,
  create: (context, settings) => new FileBackend(context, placed(settings, context.url)),
});

class FileBackend implements BackendInstance {
  readonly #settings: FileSettings;
  readonly #lines: RotatingFile;
  readonly #health: PushHealth;
  readonly #loop: PushLoop<Snapshot>;
  /** Of families that are left out. */
  readonly #warnings: WarnOnce;
  #encode: EncodeText | undefined;

  constructor(context: BackendContext, settings: FileSettings) {
    const { namespace, registry, clock, failed, recovered } = context;
    const source = namespaced(namespace, registry);
    const isText = settings.format === 'prometheus';
    this.#settings = settings;
    this.#encode = settings.encode;
    this.#lines = new RotatingFile(settings);
    this.#health = new PushHealth(context);
    this.#warnings = new WarnOnce(context);
    this.#loop = new PushLoop({
      clock,
      health: this.#health,
      intervalMs: settings.intervalMs,
      jitter: 0,
      // Of a file that is replaced only the last one counts.
      queueLimit: isText ? 1 : 10,
      collect: () => source.gather(),
      send: (snapshot, signal) => this.#write(snapshot, signal),
      onFailure: failed,
      onSuccess: recovered,
    });
  }

  async start(): Promise<void> {
    if (this.#settings.format === 'prometheus') this.#encode ??= await findTextEncoder();
    this.#loop.start();
  }

  flush(): Promise<void> {
    return this.#loop.flush();
  }

  async stop(): Promise<void> {
    try {
      await this.#loop.stop();
    } finally {
      const { path, format, removeAtStop } = this.#settings;
      if (removeAtStop && format === 'prometheus') await rm(path, { force: true });
    }
  }

  async #write(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const { path } = this.#settings;
    const encode = this.#encode;
    try {
      const bytes =
        encode === undefined
          ? await this.#lines.append(jsonLines(snapshot), signal)
          : await replaceFile(
              path,
              encode(untimed(snapshot), {
                format: 'text-0.0.4',
                onError: (error) => this.#warnings.tell(error),
              }),
              signal,
            );
      this.#health.sentBytes(bytes);
    } catch (cause) {
      throw cause === signal.reason ? cause : writeFailed(path, cause);
    }
  }
}

/** The settings with path and format as they are used. */
function placed(settings: FileSettings, url: URL | undefined): FileSettings {
  const given = fileSettings.withUrl(settings, url);
  const path = url === undefined ? given.path : pathOf(url);
  if (path === '') throw refused(path, 'no path is set; use file:///folder/name, or the setting "path"');
  const endsInProm = path.endsWith('.prom');
  const format = given.format === 'auto' ? (endsInProm ? 'prometheus' : 'json') : given.format;
  if (format === 'prometheus' && !endsInProm)
    throw refused(path, 'node_exporter reads no such name; use one that ends in .prom');
  if (format === 'json' && endsInProm)
    throw refused(path, 'node_exporter would read lines of JSON; use another name than one in .prom');
  return { ...given, path: resolve(path), format, encode: format === 'json' ? undefined : given.encode };
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(`file://${url.host}${url.pathname}`);
  } catch {
    throw refused(
      `${url.host}${url.pathname}`,
      'the URL names a host; use three slashes, as in file:///folder/name',
    );
  }
}

function refused(path: string, fault: string): MetricsError {
  return new MetricsError('OPTION_INVALID', {
    message: `Cannot use file ${shown(path)} for backend "file": ${fault}`,
    details: { backend: 'file', path },
  });
}

function writeFailed(path: string, cause: unknown): MetricsError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'its folder does not exist; make it' : message;
  return new MetricsError('BACKEND_FAILED', {
    message: `Cannot write file "${path}": ${why}`,
    details: { backend: 'file', path },
    cause,
  });
}
