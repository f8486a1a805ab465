/**
 * How a destination behaves.
 *
 * | behaviour | what a sender meets |
 * | --- | --- |
 * | well | it takes what it gets |
 * | absent | nothing listens at its address; open connections are cut |
 * | cut | it takes the connection and breaks it when something comes |
 * | hang | it takes what it gets and never answers |
 * | refuse | it answers that this can never be taken: 4xx |
 * | throttle | it answers that this may come again in {@link THROTTLE_SECONDS}: 429 with Retry-After |
 * | fail | it answers that it cannot now: 5xx |
 */
export type Behaviour = 'well' | Fault;

/** A way to behave badly. */
export type Fault = 'absent' | 'cut' | 'hang' | 'refuse' | 'throttle' | 'fail';

/** What `throttle` asks for. */
export const THROTTLE_SECONDS = 120;

/** Where a backend sends: something real, on the loopback address or in a temporary folder. */
export interface Destination {
  /** Deliveries that were tried, failed ones too. */
  readonly attempts?: number;
  /** Behaves this way from now on, always at the same address. */
  behave(behaviour: Behaviour): void | Promise<void>;
  /** Closes everything it has opened. */
  close(): void | Promise<void>;
}
