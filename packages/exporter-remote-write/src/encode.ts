import type { TranslationStrategy } from '@oriel/encoding';
import type { Label, MetricsError, Snapshot } from '@oriel/metrics';
import { sendable, worksOf } from './batch.ts';
import type { ExponentialForm } from './part-writer.ts';
import { type ProtocolVersion, protocolOf } from './protocol.ts';
import { RequestWriter, type WriteRequest } from './request-writer.ts';

export interface EncodeOptions {
  /** Default: `2.0`. */
  readonly version?: ProtocolVersion;
  /** Labels of every series that has none of their names. Default: none. */
  readonly labels?: readonly Label[];
  /** Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translation?: TranslationStrategy;
  /** Default: `native`. */
  readonly exponentialHistograms?: ExponentialForm;
  /** Series in a message at most. Default: 2000. */
  readonly maxSamples?: number;
  /** Bytes of a message, which is longer by one series at most. Default: 4194304. */
  readonly maxBytes?: number;
  /** Told of families that are left out because a name they write is taken. */
  readonly onError?: (error: MetricsError) => void;
}

/** A function that encodes snapshots; what it learns about labels it keeps for the next one. */
export type Encode = (snapshot: Snapshot) => Generator<Uint8Array, void>;

/**
 * Makes write requests of snapshots, not compressed: for senders of one's own.
 *
 * Each step makes one message, which the next overwrites.
 *
 * @example
 * const { Counter, Registry } = await import('@oriel/metrics');
 * const registry = new Registry();
 * registry.register(new Counter({ name: 'jobs_total' }));
 * const encode = encoder({ version: '1.0' });
 * for (const message of encode(await registry.gather())) assert.ok(message.length > 0);
 */
export function encoder(options: EncodeOptions = {}): Encode {
  const { version = '2.0', labels = [], translation = 'UnderscoreEscapingWithSuffixes' } = options;
  const { exponentialHistograms = 'native', maxSamples = 2000, maxBytes = 4_194_304 } = options;
  const naming = { translation, unicode: version === '2.0' };
  const limits = { maxSamples, maxBytes };
  const kept = { exponentialHistograms, exemplars: true, metadata: true, ...limits };
  const writer = new RequestWriter(protocolOf(version), { naming, external: labels, ...kept });
  return function* encode({ families, time }) {
    const sent = sendable(families, naming, options.onError ?? (() => {}));
    const works = worksOf(sent, { time, exemplarsSince: 0 });
    let place = { work: 0, row: 0, line: 0 };
    while (place.work < works.length) {
      const request = atOnce(writer.steps({ works, place }));
      if (request === undefined) return;
      yield request.message;
      place = request.end;
    }
  };
}

function atOnce(steps: Iterator<void, WriteRequest | undefined>): WriteRequest | undefined {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
