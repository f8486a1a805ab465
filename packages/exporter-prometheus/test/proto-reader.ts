import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** A decoded message, fields that were not sent left out. */
export type Message = { readonly [field: string]: unknown };

const schema: string = readFileSync(new URL('./data/metrics.proto', import.meta.url), 'utf8');
const metricFamily: protobuf.Type = protobuf
  .parse(schema, { keepCase: true })
  .root.lookupType('io.prometheus.client.MetricFamily');

/** Reads delimited families by the published schema; throws where a byte is out of place. */
export function readFamilies(page: Uint8Array): Message[] {
  const reader = protobuf.Reader.create(page);
  const families: Message[] = [];
  while (reader.pos < reader.len) {
    const family = metricFamily.decodeDelimited(reader);
    families.push(metricFamily.toObject(family, { longs: Number, enums: String }) as Message);
  }
  return families;
}
