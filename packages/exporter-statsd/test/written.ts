import type { Snapshot } from '@oriel/metrics';
import { Encoder, type EncoderOptions } from '../src/encoder.ts';
import { Tally } from '../src/tally.ts';

export const usual: EncoderOptions = {
  flavour: 'statsd',
  nameTags: 'path',
  histograms: 'quantiles',
  quantiles: [0.5, 0.99],
  negativeGauges: 'auto',
  maxPacketBytes: 1432,
};

export interface Written {
  readonly packets: readonly string[];
  readonly lines: readonly string[];
  readonly tally: Tally;
  /** The most bytes that were written in one step. */
  readonly mostBytes: number;
  readonly steps: number;
}

/** Everything an encoder writes of a snapshot. */
export function written(encoder: Encoder, snapshot: Snapshot): Written {
  const tally = new Tally();
  const packets: string[] = [];
  let [mostBytes, steps] = [0, 0];
  for (const block of encoder.encode(snapshot, tally)) {
    steps++;
    if (block === undefined) continue;
    mostBytes = Math.max(mostBytes, block.end);
    for (let i = 0; i < block.packets; i++) packets.push(Buffer.from(block.packet(i)).toString());
  }
  return { packets, lines: packets.flatMap((packet) => packet.split('\n')), tally, mostBytes, steps };
}

/** The lines of a snapshot as one encoder of these options writes them. */
export function linesOf(snapshot: Snapshot, options: Partial<EncoderOptions> = {}): readonly string[] {
  return written(new Encoder({ ...usual, ...options }), snapshot).lines;
}
