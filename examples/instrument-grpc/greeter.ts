import type { handleUnaryCall, MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { Metadata, status } from '@grpc/grpc-js';

const text = (message: string): Buffer => Buffer.from(message);
const read = (bytes: Buffer): string => bytes.toString();

/** `shop.Greeter/Greet`: a name there, a greeting back. Written by hand, as code made from a `.proto` file would be. */
export const greeter: { readonly Greet: MethodDefinition<string, string> } = {
  Greet: {
    path: '/shop.Greeter/Greet',
    requestStream: false,
    responseStream: false,
    requestSerialize: text,
    requestDeserialize: read,
    responseSerialize: text,
    responseDeserialize: read,
  },
};

export const greet: handleUnaryCall<string, string> = ({ request }, callback) => {
  if (request === 'nobody') callback(refusal);
  else callback(null, `Hello, ${request}!`);
};

const refusal: Partial<ServiceError> = {
  code: status.INVALID_ARGUMENT,
  details: 'nobody is greeted',
  metadata: new Metadata(),
};
