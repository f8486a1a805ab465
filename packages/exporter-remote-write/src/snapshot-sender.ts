import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, WorkSlices } from '@oriel/exporter';
import type { Label, MetricsError, Snapshot } from '@oriel/metrics';
import { type Answer, failureOfAnswer, isTaken, writtenOf } from './answer.ts';
import { Batch, endsBetween, sendable, worksOf } from './batch.ts';
import { readCredentials, type UrlUser } from './credentials.ts';
import { DeliveryError } from './delivery-error.ts';
import type { DeliveryHealth } from './delivery-health.ts';
import type { HttpSender } from './http-sender.ts';
import { type Naming, sentLabelName } from './metric-name.ts';
import { type Protocol, type ProtocolVersion, protocolOf } from './protocol.ts';
import { RequestWriter, type WriteRequest } from './request-writer.ts';
import type { RemoteWriteSettings } from './settings.ts';
import { SnappyBlock } from './snappy-block.ts';

/** Of this package; a test holds it to package.json. */
const USER_AGENT = 'oriel-exporter-remote-write/0.1.0';

export interface SnapshotSenderOptions {
  readonly settings: RemoteWriteSettings;
  readonly http: HttpSender;
  readonly user: UrlUser | undefined;
  /** Labels of every series that has none of their names. */
  readonly external: readonly Label[];
  readonly health: DeliveryHealth;
  /** Told of the bytes of each request that was taken, compressed. */
  readonly onSentBytes: (bytes: number) => void;
  readonly clock: Clock;
  readonly onFault: (error: MetricsError) => void;
}

/** Sends batches, request by request, and falls back to protocol 1.0 where 2.0 is not understood. */
export class SnapshotSender {
  readonly #options: SnapshotSenderOptions;
  readonly #snappy = new SnappyBlock();
  #protocol!: Protocol;
  #naming!: Naming;
  #writer!: RequestWriter;
  #headers: Readonly<Record<string, string>> = {};
  /** What the receiver holds series of: the snapshot it got last, and one that it got a part of. */
  #held: readonly Snapshot[] = [];
  #exemplarsSince = Number.NEGATIVE_INFINITY;

  constructor(options: SnapshotSenderOptions) {
    this.#options = options;
    this.#speak(options.settings.protocol === '1.0' ? '1.0' : '2.0');
  }

  /**
   * Sends what is left of a batch.
   *
   * What the receiver refuses is passed over, and thrown at the end; a failure that may pass is thrown at once, and
   * the next call goes on where this one has stopped.
   */
  async send(batch: Batch, signal: AbortSignal): Promise<void> {
    await this.#authorize();
    let refusal: DeliveryError | undefined;
    for (;;) {
      await this.#prepare(batch);
      const request = await new WorkSlices().run(this.#writer.steps(batch));
      if (request === undefined) break;
      const failure = await this.#deliver(batch, request, signal);
      refusal ??= failure;
    }
    this.#writer.rest();
    this.#held = [this.#sendable(batch.snapshot)];
    this.#exemplarsSince = batch.snapshot.time;
    if (refusal !== undefined) throw refusal;
  }

  /** Tells that a batch is not sent any more. What has arrived of it has series that end some day. */
  abandon(batch: Batch): void {
    if (batch.hasBegun) this.#held = [...this.#held.slice(0, 1), this.#sendable(batch.snapshot)];
  }

  /** Tells of all series that they have ended. */
  async endAll(time: number, signal: AbortSignal): Promise<void> {
    if (this.#held.length === 0) return;
    const nothing: Snapshot = { time, families: [], errors: [] };
    await this.send(new Batch(nothing, time), signal);
  }

  #speak(version: ProtocolVersion): void {
    const { settings, external, health } = this.#options;
    const { translation, maxSamplesPerSend: maxSamples, maxBytesPerSend: maxBytes } = settings;
    const naming = { translation, unicode: version === '2.0' };
    this.#naming = naming;
    this.#protocol = protocolOf(version);
    this.#writer = new RequestWriter(this.#protocol, {
      naming,
      external: external.map(({ name, value }) => ({ name: sentLabelName(name, naming), value })),
      exponentialHistograms: settings.exponentialHistograms,
      exemplars: settings.exemplars,
      metadata: settings.metadata,
      maxSamples,
      maxBytes,
    });
    health.version = version;
  }

  async #authorize(): Promise<void> {
    const { settings, user, http } = this.#options;
    const { authorization, tls } = await readCredentials(settings, user);
    http.secure(tls);
    this.#headers = {
      'user-agent': USER_AGENT,
      ...Object.fromEntries(
        Object.entries(settings.headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      ...(authorization !== undefined && { authorization }),
      'content-encoding': 'snappy',
    };
  }

  async #prepare(batch: Batch): Promise<void> {
    if (batch.works !== undefined) return;
    const { time, snapshot } = batch;
    // The snapshot was taken in the turn that ends here.
    await nextTurn();
    const sent = this.#sendable(snapshot);
    const before = this.#options.settings.staleMarkers ? this.#held : [];
    const ends = await Promise.all(before.map((held) => endsBetween(held, sent, time)));
    if (before.length > 0) await nextTurn();
    const works = worksOf(sent.families, { time, exemplarsSince: this.#exemplarsSince });
    batch.works = [...ends.flat(), ...works];
  }

  #sendable(snapshot: Snapshot): Snapshot {
    const families = sendable(snapshot.families, this.#naming, this.#options.onFault);
    return { ...snapshot, families };
  }

  /** Gives the refusal of a request, if it was refused. */
  async #deliver(
    batch: Batch,
    request: WriteRequest,
    signal: AbortSignal,
  ): Promise<DeliveryError | undefined> {
    const compressed = await new WorkSlices().run(this.#snappy.steps(request.message));
    // Copied: when it is answered before it is read to its end, the next one is made meanwhile.
    const body = Buffer.from(compressed);
    const headers = { ...this.#headers, ...this.#protocol.headers };
    batch.hasBegun = true;
    const answer = await this.#options.http.post({ headers, body, signal });
    if (this.#protocol.version === '2.0' && isForeign(answer)) {
      this.#fallBack(batch);
      return undefined;
    }
    return this.#account(batch, request, answer, body.length);
  }

  #account(batch: Batch, request: WriteRequest, answer: Answer, bytes: number): DeliveryError | undefined {
    const { health, clock, settings, onSentBytes } = this.#options;
    const failure = isTaken(answer) ? undefined : failureOfAnswer(answer, clock.now());
    if (failure !== undefined && !isAboutRequest(failure)) {
      if (failure.outlook === 'misconfigured')
        health.dropped.refused += batch.remaining(settings.exponentialHistograms);
      throw failure;
    }
    const whole = failure === undefined ? request : { samples: 0, histograms: 0 };
    const { samples, histograms } = writtenOf(answer) ?? whole;
    const lost = Math.max(0, request.samples + request.histograms - samples - histograms);
    health.dropped[failure === undefined ? 'not_written' : 'refused'] += lost;
    health.sent.samples += samples;
    health.sent.histograms += histograms;
    if (failure === undefined) {
      health.sent.requests++;
      health.sent.exemplars += request.exemplars;
      onSentBytes(bytes);
    }
    batch.place = request.end;
    return failure;
  }

  #fallBack(batch: Batch): void {
    if (this.#options.settings.protocol === '2.0') {
      throw new DeliveryError(
        'the receiver does not understand protocol 2.0; set "protocol" to auto or 1.0',
        // Whatever it said, this is what it means.
        { outlook: 'misconfigured', status: 415 },
      );
    }
    this.#speak('1.0');
    batch.restart();
  }
}

// A receiver of 1.0 refuses the content type, or takes 2.0 for an empty message and says nothing of what it wrote.
function isForeign(answer: Answer): boolean {
  return answer.status === 415 || (isTaken(answer) && writtenOf(answer) === undefined);
}

// The next request may be taken though this one was not.
function isAboutRequest({ outlook }: DeliveryError): boolean {
  return outlook === 'refused';
}
