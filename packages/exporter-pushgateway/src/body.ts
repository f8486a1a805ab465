import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { WorkSlices } from '@oriel/exporter';
import { encode } from '@oriel/exporter-prometheus';
import type { Snapshot } from '@oriel/metrics';
import type { PushgatewaySettings } from './settings.ts';

/** A snapshot as it is pushed. */
export interface Body {
  /** Not joined: copying all of a large one at once would hold the event loop. */
  readonly chunks: readonly Uint8Array[];
  readonly headers: Readonly<Record<string, string>>;
}

const formats = {
  protobuf: {
    format: 'protobuf-delimited',
    type: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  },
  text: { format: 'text-0.0.4', type: 'text/plain; version=0.0.4; charset=utf-8' },
} as const;

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
  if (settings.compression === 'none') return { chunks, headers: { 'content-type': type } };
  return { chunks: await compressed(chunks), headers: { 'content-type': type, 'content-encoding': 'gzip' } };
}

async function compressed(chunks: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of Readable.from(chunks).pipe(createGzip())) parts.push(part as Uint8Array);
  return parts;
}

/** Bytes of a body. */
export function sizeOf({ chunks }: Pick<Body, 'chunks'>): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
