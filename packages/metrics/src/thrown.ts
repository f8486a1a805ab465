import { MetricsError } from './error.ts';
import { quote } from './names.ts';

/** What was thrown: an error of ours, or a text to show. */
export interface Thrown {
  readonly own?: MetricsError;
  readonly text: string;
}

/** Looks at a thrown value, which may be anything, even a proxy that throws when it is looked at. */
export function readThrown(thrown: unknown): Thrown {
  try {
    if (thrown instanceof MetricsError) return { own: thrown, text: thrown.message };
    return { text: quote(thrown instanceof Error ? String(thrown.message) : thrown) };
  } catch {
    return { text: 'something that cannot be shown' };
  }
}
