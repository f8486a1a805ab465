import type { BackendContext } from '@oriel/exporter';
import { type Collector, Desc, type FamilySink, MetricsError } from '@oriel/metrics';
import { type RefusalCause, refusalCauses } from './packet-refusal.ts';
import type { Tally } from './tally.ts';

/** What one backend tells beside `oriel_exporter_push_…`: its packets and lines. */
export class StatsdHealth {
  readonly #context: Pick<BackendContext, 'id' | 'registry' | 'logger'>;
  readonly #counts = { lines: 0, packets: 0, droppedBytes: 0 };
  readonly #refused: Record<RefusalCause, number> = { refused: 0, congested: 0, too_large: 0, other: 0 };
  #collector: Collector | undefined;

  constructor(context: Pick<BackendContext, 'id' | 'registry' | 'logger'>) {
    this.#context = context;
  }

  /** Puts the families on the registry. A label that is taken gets a number. */
  open(): void {
    const { id = 'statsd', registry, logger } = this.#context;
    for (let copy = 1; this.#collector === undefined; copy++) {
      const collector = this.#collectorOf(copy === 1 ? id : `${id}#${copy}`);
      try {
        registry.register(collector);
        this.#collector = collector;
      } catch (cause) {
        if (cause instanceof MetricsError && takenCodes.includes(cause.code)) continue;
        // Somebody else's families of these names cost the self-metrics, not the export.
        logger.warn({}, `Cannot register the metrics of backend "${id}": ${(cause as Error).message}`);
        return;
      }
    }
  }

  /** Takes them away; harmless if they are not there. */
  close(): void {
    if (this.#collector !== undefined) this.#context.registry.unregister(this.#collector);
    this.#collector = undefined;
  }

  /** A push has arrived. */
  arrived({ lines, packets, droppedBytes }: Tally): void {
    this.#counts.lines += lines;
    this.#counts.packets += packets;
    this.#counts.droppedBytes += droppedBytes;
  }

  /** A line, or a packet, that is too large for anybody. */
  tooLarge(bytes: number): void {
    this.#counts.droppedBytes += bytes;
  }

  /** The system did not take packets. */
  refused(cause: RefusalCause, packets: number): void {
    this.#refused[cause] += packets;
  }

  #collectorOf(label: string): Collector {
    const descs = descsFor(label);
    return {
      describe: () => Object.values(descs),
      collect: (out) => this.#collect(out, descs),
    };
  }

  #collect(out: FamilySink, descs: Descs): void {
    const { lines, packets, droppedBytes } = this.#counts;
    out.counter(descs.packets, packets);
    out.counter(descs.lines, lines);
    out.counter(descs.droppedBytes, droppedBytes);
    for (const cause of refusalCauses) out.counter(descs.refused, this.#refused[cause], [cause]);
  }
}

const takenCodes: readonly string[] = ['ALREADY_REGISTERED', 'DUPLICATE_DESCRIPTOR'];

type Descs = ReturnType<typeof descsFor>;

function descsFor(backend: string): Record<'packets' | 'lines' | 'droppedBytes' | 'refused', Desc> {
  const counter = (name: string, help: string, labelNames: readonly string[] = []): Desc =>
    new Desc({ name: `oriel_statsd_${name}`, type: 'counter', help, labelNames, constLabels: { backend } });
  return {
    packets: counter('packets_total', 'Packets of pushes that arrived, as far as the transport tells.'),
    lines: counter('lines_total', 'Lines of pushes that arrived.'),
    droppedBytes: counter(
      'dropped_bytes_total',
      'Bytes of lines too long for a packet, or of packets too large for the system.',
    ),
    refused: counter('refused_packets_total', 'Packets the system did not take, by cause.', ['cause']),
  };
}
