// Names and units, as Prometheus and those that read like it have them.
export { exposedName, labelName, translationStrategies } from './naming.ts';
export { escapeMetricName, typeSuffix } from './naming.ts';
export type { Escaping, ExposedName, TranslationStrategy } from './naming.ts';

// Bytes under construction.
export { blockOf, byteBlock, copyBytes, writeText } from './byte-block.ts';
export type { ByteBlock } from './byte-block.ts';
export { ByteBuffer } from './byte-buffer.ts';

// Labels of rows, encoded once and copied from then on.
export { ColumnWriter, LabelCache, pairsBlock } from './label-writer.ts';
export type { LabelWriter } from './label-writer.ts';
export type { PairForm, ValueBytes } from './value-bytes.ts';

// What a protocol buffer is made of.
export { protoPairs } from './proto-pairs.ts';
export { FIXED64, LENGTH_DELIMITED, tag, VARINT } from './proto-wire.ts';
export { int64Length, varintLength, writeDouble, writeFixed64, writeInt64 } from './proto-wire.ts';
export { writeVarint, zigzag } from './proto-wire.ts';
export { bitsField, doubleField, fixedField, int64Field, varintField, zigzagField } from './proto-fields.ts';
export { messageField, packedDoubles, packedVarints, packedZigzags, textField } from './proto-fields.ts';
