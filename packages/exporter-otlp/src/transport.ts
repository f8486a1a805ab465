/** Carries encoded requests to one receiver. */
export interface Transport {
  /**
   * Sends a request and gives the answer to it, and the bytes that went. Once it has settled, the body is not read
   * any more and may be overwritten.
   *
   * Errors: `DeliveryError`; when the signal aborts the attempt ends.
   */
  post(body: Uint8Array, signal: AbortSignal): Promise<Posted>;
  /** Closes every connection. */
  close(): void;
}

export interface Posted {
  readonly answer: Uint8Array;
  readonly bytes: number;
}
