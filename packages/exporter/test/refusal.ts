import { MetricsError } from '@oriel/metrics';

/** The error an act must end with, as `CODE message`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return told(error);
  }
  throw new Error('nothing was refused');
}

/** The same for a promise. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => {
    throw new Error('nothing was refused');
  }, told);
}

function told(error: unknown): string {
  if (error instanceof MetricsError) return `${error.code} ${error.message}`;
  throw error;
}
