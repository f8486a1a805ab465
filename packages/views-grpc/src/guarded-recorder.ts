import type { FaultCounter } from './fault-counter.ts';
import type { GrpcCall, GrpcRecorder } from './grpc-call.ts';

/** A recorder that throws into nobody's RPC. */
export class GuardedRecorder implements Required<GrpcRecorder> {
  readonly #inner: GrpcRecorder;
  readonly #faults: FaultCounter;

  constructor(inner: GrpcRecorder, faults: FaultCounter) {
    this.#inner = inner;
    this.#faults = faults;
  }

  started(call: GrpcCall): void {
    try {
      this.#inner.started?.(call);
    } catch {
      this.#faults.add('recorder_failed');
    }
  }

  sent(call: GrpcCall, bytes: number): void {
    try {
      this.#inner.sent?.(call, bytes);
    } catch {
      this.#faults.add('recorder_failed');
    }
  }

  received(call: GrpcCall, bytes: number): void {
    try {
      this.#inner.received?.(call, bytes);
    } catch {
      this.#faults.add('recorder_failed');
    }
  }

  ended(call: GrpcCall): void {
    try {
      this.#inner.ended(call);
    } catch {
      this.#faults.add('recorder_failed');
    }
  }
}
