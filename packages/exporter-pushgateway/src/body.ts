import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { WorkSlices } from '@oriel/exporter';
import { encode } from '@oriel/exporter-prometheus';
import type { Snapshot } from '@oriel/metrics';
import type { PushgatewaySettings } from './settings.ts';

/** A snapshot as it is pushed. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const formats = {
  protobuf: {
    format: 'protobuf-delimited',
    type: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  },
  text: { format: 'text-0.0.4', type: 'text/plain; version=0.0.4; charset=utf-8' },
} as const;

const compress = promisify(gzip);

/** Renders a snapshot in turns, so that the event loop is not held. */
export async function bodyOf(
  snapshot: Snapshot,
  settings: PushgatewaySettings,
  onError: (error: Error) => void,
): Promise<Body> {
  const { format, type } = formats[settings.format];
  const slices = new WorkSlices();
  const chunks: Uint8Array[] = [];
  for (const chunk of encode(snapshot, { format, translation: settings.translation, onError })) {
    chunks.push(chunk);
    if (slices.over) await slices.next();
  }
  const bytes = Buffer.concat(chunks);
  if (settings.compression === 'none') return { bytes, headers: { 'content-type': type } };
  return { bytes: await compress(bytes), headers: { 'content-type': type, 'content-encoding': 'gzip' } };
}
