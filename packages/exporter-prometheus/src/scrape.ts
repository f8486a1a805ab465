import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, type Writable } from 'node:stream';
import { MetricsError, type Snapshot } from '@oriel/metrics';
import { compressor, contentCoding } from './content-coding.ts';
import { type EncodeOptions, type Format, formats } from './format.ts';
import { gatherWithin } from './gather-within.ts';
import type { ErrorCause } from './handler-metrics.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { giveBack } from './page-buffer.ts';
import { streamPage } from './page-stream.ts';
import { answerText } from './plain-answer.ts';
import { Reader } from './reader.ts';
import { listOf } from './request-url.ts';
import { scrapeDeadline } from './scrape-deadline.ts';
import type { ScrapeSettings } from './scrape-settings.ts';

/** Renders a snapshot in chunks; `encode`, or a test's own. */
export type Encode = (snapshot: Snapshot, options: EncodeOptions) => Generator<Uint8Array, void>;

/** One scrape, from its request to the last byte of its answer. */
export class Scrape {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #settings: ScrapeSettings;
  readonly #encode: Encode;
  readonly #reader: Reader;
  readonly #media: Negotiated<Format>;
  readonly #errors: Error[] = [];

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    context: { readonly settings: ScrapeSettings; readonly encode: Encode },
  ) {
    this.#request = request;
    this.#response = response;
    this.#settings = context.settings;
    this.#encode = context.encode;
    this.#reader = new Reader(request, response, context.settings.writeTimeoutMs);
    const { escaping } = context.settings;
    this.#media = negotiate(request.headers.accept, { offered: formats, escaping });
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const unknown = this.#unknownCollectors();
    if (unknown !== undefined) return answerText(this.#response, 400, unknown);
    const snapshot = await this.#gather();
    if (snapshot === undefined || this.#reader.hasLeft) return;
    const chunks = this.#chunks(snapshot);
    try {
      await this.#answer(chunks);
    } catch (error) {
      this.#failed('encoding', error);
      if (this.#response.headersSent) this.#reader.cutOff();
      else this.#answerErrors(500);
    } finally {
      chunks.return?.();
    }
  }

  // What was asked for is not echoed: nobody but its sender knows what it is.
  #unknownCollectors(): string | undefined {
    const wanted = listOf(this.#request.url, 'collect[]');
    if (wanted === undefined) return undefined;
    const known = new Set(this.#settings.registry.collectorNames?.() ?? []);
    if ([...wanted].every((name) => known.has(name))) return undefined;
    return `Unknown collector; known are ${[...known].sort().join(', ') || 'none'}\n`;
  }

  async #gather(): Promise<Snapshot | undefined> {
    try {
      const { registry, timeoutMs, coalesce, turns } = this.#settings;
      const deadline = scrapeDeadline(
        header(this.#request, 'x-prometheus-scrape-timeout-seconds'),
        timeoutMs,
      );
      const collectors = listOf(this.#request.url, 'collect[]');
      const isShared = coalesce && collectors === undefined;
      // Scrapes that arrive together take their snapshots in different turns, or go on from one in different turns.
      if (!isShared) await turns.next();
      if (this.#reader.hasLeft) return undefined;
      const options = { deadline, timeoutMs, collectors, signal: this.#reader.signal };
      const snapshot = await gatherWithin(registry, options);
      if (isShared) await turns.next();
      if (this.#reader.hasLeft) return undefined;
      for (const error of snapshot.errors) this.#failed('gathering', error);
      if (!this.#mustFail(snapshot.families.length === 0))
        return named(snapshot, listOf(this.#request.url, 'name[]'));
      this.#answerErrors(500);
    } catch (error) {
      if (this.#reader.hasLeft) return undefined;
      this.#failed('gathering', error);
      this.#answerErrors(error instanceof MetricsError && error.code === 'COLLECT_TIMEOUT' ? 503 : 500);
    }
    return undefined;
  }

  async #answer(chunks: ReturnType<Encode>): Promise<void> {
    // The first bytes are made before the head is sent: what fails by then can still become a 500.
    const first = chunks.next();
    const second = first.done ? first : chunks.next();
    if (this.#mustFail(false)) return this.#answerErrors(500);
    const begun = [first, second].flatMap(({ done, value }) => (done ? [] : [value]));
    if (this.#request.method === 'HEAD') return void this.#head({}).end();
    const accepted = header(this.#request, 'accept-encoding');
    const coding = this.#settings.compression ? contentCoding(accepted) : 'identity';
    if (second.done && coding === 'identity') return this.#answerWhole(begun);
    const sink = coding === 'identity' ? this.#head({}) : this.#compressed(coding);
    const bytes = await streamPage(resumed(begun, chunks), sink, this.#reader, this.#settings.turns);
    await this.#end(sink, bytes);
  }

  async #answerWhole(chunks: readonly Uint8Array[]): Promise<void> {
    const [page] = chunks;
    const bytes = page?.byteLength ?? 0;
    await this.#end(this.#head({ 'Content-Length': String(bytes) }), bytes, page);
  }

  async #end(sink: Writable, bytes: number, last?: Uint8Array): Promise<void> {
    if (this.#reader.hasLeft) return void sink.destroy();
    // An error since the head was sent: the page may not look whole.
    if (this.#mustFail(false)) return this.#reader.cutOff();
    this.#settings.metrics.served(bytes);
    const taken = this.#reader.takes(this.#response, 'finish');
    sink.end(last, () => last && giveBack(last));
    await taken;
  }

  #compressed(coding: 'gzip' | 'zstd'): Writable {
    const sink = compressor(coding, this.#settings.compressionLevel);
    const response = this.#head({ 'Content-Encoding': coding });
    pipeline(sink, response, (error) => {
      if (error != null) this.#reader.cutOff();
    });
    return sink;
  }

  #head(headers: Record<string, string>): ServerResponse {
    const { processStartTime } = this.#settings;
    if (processStartTime !== undefined)
      headers['Process-Start-Time-Unix'] = String(Math.floor(processStartTime));
    return this.#response.writeHead(200, { 'Content-Type': this.#media.contentType, ...headers });
  }

  #chunks(snapshot: Snapshot): ReturnType<Encode> {
    const { created, translation } = this.#settings;
    const { format, escaping } = this.#media;
    const onError = (error: Error): void => this.#failed('encoding', error);
    return this.#encode(snapshot, { format, escaping, created, translation, onError });
  }

  #mustFail(nothing: boolean): boolean {
    return this.#errors.length > 0 && (nothing || this.#settings.errorHandling === 'fail');
  }

  #failed(cause: ErrorCause, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#errors.push(error);
    this.#settings.metrics.failed(cause);
    try {
      this.#settings.onError(error);
    } catch {}
  }

  #answerErrors(status: 500 | 503): void {
    if (this.#reader.hasLeft) return;
    const shown = this.#errors.slice(0, 20).map((error) => `* ${error.message}\n`);
    answerText(
      this.#response,
      status,
      `Cannot serve metrics: ${this.#errors.length} error(s)\n\n${shown.join('')}`,
    );
  }
}

// Filtered here, after gathering: a name that nothing has is no error, whatever failed beside it.
function named(snapshot: Snapshot, names: ReadonlySet<string> | undefined): Snapshot {
  if (names === undefined) return snapshot;
  return { ...snapshot, families: snapshot.families.filter(({ name }) => names.has(name)) };
}

function* resumed(begun: readonly Uint8Array[], rest: ReturnType<Encode>): Generator<Uint8Array, void> {
  yield* begun;
  yield* rest;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
