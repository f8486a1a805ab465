import type { MethodDefinition } from '@grpc/grpc-js';
import { textMethod } from '../apps/pricing-service.ts';

/** The sidecar's API over gRPC; requests are JSON. */
export const sidecarService: Readonly<
  Record<'invoke' | 'getState' | 'saveState' | 'publish', MethodDefinition<string, string>>
> = {
  /** `{ "app", "method", "body" }` */
  invoke: textMethod('/oriel.demo.Sidecar/Invoke'),
  /** `{ "store", "key" }` */
  getState: textMethod('/oriel.demo.Sidecar/GetState'),
  /** `{ "store", "key", "body" }` */
  saveState: textMethod('/oriel.demo.Sidecar/SaveState'),
  /** `{ "pubsub", "topic", "body" }` */
  publish: textMethod('/oriel.demo.Sidecar/Publish'),
};
