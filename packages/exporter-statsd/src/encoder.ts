import { LabelCache } from '@oriel/encoding';
import { type Family, MetricsError, type Snapshot } from '@oriel/metrics';
import { planFamily } from './family-lines.ts';
import type { LineSettings } from './line-settings.ts';
import { LineWriter } from './line-writer.ts';
import { NameOwners } from './name-owners.ts';
import { PacketBlock } from './packet-block.ts';
import { rowTags, type TagForm, tagForm } from './row-tags.ts';
import { tagStyle } from './tag-style.ts';
import { Tally } from './tally.ts';

const ROWS_A_STEP = 256;

export interface EncoderOptions extends LineSettings {
  /** The most bytes of a packet, and so of a line. */
  readonly maxPacketBytes: number;
  /** Told of a family that is left out as its names are taken, each time. */
  readonly onCollision?: (error: MetricsError) => void;
}

/** Writes snapshots of deltas as StatsD lines. Label values are encoded once, for all snapshots to come. */
export class Encoder {
  readonly #options: EncoderOptions;
  readonly #cache: LabelCache<TagForm>;
  readonly #block: PacketBlock;
  // One for all pushes: what the engine has compiled for a class is dropped with the last object of it.
  readonly #writer: LineWriter;

  constructor(options: EncoderOptions) {
    const { flavour, nameTags, negativeGauges, maxPacketBytes } = options;
    const style = tagStyle(flavour, nameTags);
    const resetNegativeGauges = negativeGauges === 'auto' ? flavour === 'statsd' : negativeGauges === 'reset';
    this.#options = options;
    this.#cache = new LabelCache(tagForm(style));
    this.#block = new PacketBlock(maxPacketBytes);
    this.#writer = new LineWriter(this.#block, { style, resetNegativeGauges });
  }

  /**
   * Packets of a snapshot, some dozens at a time: each block is to be sent before the next is asked for, as it is
   * written again.
   *
   * What is given may be nothing: each step ends after a few hundred rows, so that the caller decides when the event
   * loop gets its turn. The same snapshot gives the same packets.
   */
  *encode(delta: Snapshot, tally: Tally = new Tally()): Generator<PacketBlock | undefined, void> {
    this.#block.clear();
    this.#writer.begin(tally);
    const owners = new NameOwners(this.#cache.form.style);
    for (const family of delta.families) yield* this.#family(family, owners);
    this.#block.finish();
    if (this.#block.packets > 0) yield this.#block;
  }

  *#family(family: Family, owners: NameOwners): Generator<PacketBlock | undefined, void> {
    const plan = planFamily(family, this.#options);
    const owner = owners.claim(family, plan.names, plan.ownKeys);
    if (owner !== undefined) return this.#leaveOut(family, owner);
    for (const part of family.parts) {
      const tags = rowTags(part, this.#cache, plan.ownKeys);
      for (let row = 0; row < part.rows; row++) {
        plan.writeRow(this.#writer, tags, part, row);
        if (this.#block.full) {
          yield this.#block;
          this.#block.shift();
        } else if (row % ROWS_A_STEP === ROWS_A_STEP - 1) yield undefined;
      }
    }
  }

  #leaveOut(family: Family, owner: string): void {
    const rows = family.parts.reduce((sum, part) => sum + part.rows, 0);
    this.#writer.drop('collision', rows);
    this.#options.onCollision?.(
      new MetricsError('SUFFIX_COLLISION', {
        message: `Cannot send family "${family.name}": in StatsD it has a name of family "${owner}"; rename one`,
        details: { family: family.name, owner },
      }),
    );
  }
}
