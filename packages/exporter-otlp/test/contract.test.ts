import type { BackendContext, BackendInstance } from '@oriel/exporter';
import {
  type Behaviour,
  type Capabilities,
  type Destination,
  describeExporter,
  httpDestination,
} from '@oriel/testkit';
import { otlp } from '../src/index.ts';
import { GrpcDestination } from './grpc-destination.ts';
import { takeRows } from './http-receiver.ts';
import { decodeProtobuf } from './otlp-messages.ts';
import { PatientClock, REQUEST_LIMIT_MS } from './patient-clock.ts';
import { rowsOfRequest } from './received-rows.ts';

const capabilities: Capabilities = {
  direction: 'push',
  faults: ['absent', 'cut', 'hang', 'refuse', 'throttle', 'fail'],
  types: { unknown: 'gauge', info: 'gauge', state_set: 'gauge' },
};

/** The backend as it is published, with settings, on a clock that waits for requests. */
function backendWith(settings: (destination: { readonly port: number }) => object) {
  return (context: BackendContext, destination: Destination & { readonly port: number }): BackendInstance => {
    const read = otlp.options?.safeParse({ timeoutMs: REQUEST_LIMIT_MS, ...settings(destination) });
    if (!read?.success) throw new Error('the settings are not taken');
    const clock = new PatientClock(context.clock, () => behaviours.get(destination) === 'hang');
    return otlp.create({ ...context, clock }, read.data);
  };
}

const behaviours = new WeakMap<Destination, Behaviour>();

/** A destination whose behaviour is known. */
async function watched<D extends Destination>(opening: Promise<D>): Promise<D> {
  const destination = await opening;
  const behave = destination.behave.bind(destination);
  destination.behave = (behaviour) => {
    behaviours.set(destination, behaviour);
    return behave(behaviour);
  };
  return destination;
}

for (const temporality of ['cumulative', 'delta'] as const) {
  describeExporter({
    name: `otlp-protobuf-${temporality}`,
    make: backendWith(({ port }) => ({ endpoint: `http://127.0.0.1:${port}`, temporality })),
    destination: () => watched(httpDestination()),
    read: takeRows,
    capabilities: { ...capabilities, temporality },
  });
}

describeExporter({
  name: 'otlp-json-gzip',
  make: backendWith(({ port }) => ({
    endpoint: `http://127.0.0.1:${port}`,
    protocol: 'http/json',
    compression: 'gzip',
  })),
  destination: () => watched(httpDestination()),
  read: takeRows,
  // OpenTelemetry's SDK, whose serializer this is, has none.
  capabilities: { ...capabilities, exemplars: false },
});

for (const [temporality, compression] of [
  ['cumulative', 'none'],
  ['delta', 'gzip'],
] as const) {
  describeExporter({
    name: `otlp-grpc-${temporality}`,
    make: backendWith(({ port }) => ({
      endpoint: `http://127.0.0.1:${port}`,
      protocol: 'grpc',
      temporality,
      compression,
    })),
    destination: () => watched(GrpcDestination.open()),
    read: (destination) => destination.take().flatMap((body) => rowsOfRequest(decodeProtobuf(body))),
    capabilities: { ...capabilities, temporality },
  });
}
