export { statsd, statsd as backend } from './backend.ts';
export type { StatsdSettings, Transport } from './statsd-settings.ts';
export type { HistogramForm, LineSettings } from './line-settings.ts';
export type { Flavour, NameTags } from './tag-style.ts';

// For those who send lines by other means.
export { Encoder, type EncoderOptions } from './encoder.ts';
export type { PacketBlock } from './packet-block.ts';
export type { Tally } from './tally.ts';
