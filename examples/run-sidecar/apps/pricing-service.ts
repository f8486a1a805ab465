import type { MethodDefinition } from '@grpc/grpc-js';

const write = (text: string): Buffer => Buffer.from(text);
const read = (bytes: Buffer): string => bytes.toString();

/** A unary method that takes and answers a text: JSON here, so that no `.proto` file is needed. */
export function textMethod(path: string): MethodDefinition<string, string> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: write,
    requestDeserialize: read,
    responseSerialize: write,
    responseDeserialize: read,
  };
}

/** What the app `pricing` answers. */
export const pricingService: Readonly<Record<'quote', MethodDefinition<string, string>>> = {
  quote: textMethod('/oriel.demo.Pricing/Quote'),
};

/** gRPC's own health check; its messages as bytes. */
export const healthService: { readonly check: MethodDefinition<Buffer, Buffer> } = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (bytes) => bytes,
    responseDeserialize: (bytes) => bytes,
  },
};

/** `HealthCheckResponse { status: SERVING }`. */
export const SERVING: Buffer = Buffer.from([0x08, 0x01]);
