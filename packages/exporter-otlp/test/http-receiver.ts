import { gunzipSync } from 'node:zlib';
import type { HttpDestination, ReceivedRequest, Row } from '@oriel/testkit';
import { decodeJson, decodeProtobuf, type ExportRequest } from './otlp-messages.ts';
import { rowsOfRequest } from './received-rows.ts';

/** Reads a request by its content type and encoding, as a receiver of OTLP does. */
export function decoded({ headers, body, method, path }: ReceivedRequest): ExportRequest {
  if (method !== 'POST' || path !== '/v1/metrics') throw new Error(`${method} ${path}`);
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  switch (headers['content-type']) {
    case 'application/x-protobuf':
      return decodeProtobuf(plain);
    case 'application/json':
      return decodeJson(plain);
    default:
      throw new Error(`content type ${headers['content-type']}`);
  }
}

/** The rows that have arrived since the last call. */
export function takeRows(destination: HttpDestination): Row[] {
  return destination.take().flatMap((request) => rowsOfRequest(decoded(request)));
}
