// For programs that export.
export { remoteWrite, remoteWrite as backend } from './backend.ts';
export type { RemoteWriteSettings } from './settings.ts';
export type { TranslationStrategy } from '@oriel/encoding';
export type { ExponentialForm } from './part-writer.ts';
export type { ProtocolVersion } from './protocol.ts';

// For senders of one's own.
export { type Encode, type EncodeOptions, encoder } from './encode.ts';
export { SnappyBlock } from './snappy-block.ts';
