import { type HttpDestination, httpDestination, type ReceivedRequest } from '@oriel/testkit';
import { uncompress } from 'snappyjs';
import { readMessage } from './message-reader.ts';

/**
 * A receiver that speaks one version only: of 2.0 it confirms what it has written; one of 1.0 takes a 2.0 request
 * for an empty one, as Prometheus did before it knew better.
 */
export function receiver(version: '1.0' | '2.0'): Promise<HttpDestination> {
  return httpDestination({
    answer(request) {
      const came = versionOf(request);
      // Whatever breaks the schema is refused.
      const { series } = readMessage(Buffer.from(uncompress(request.body)), came);
      if (version === '1.0') return { status: 204 };
      if (came === '1.0') return { status: 204 };
      const histograms = series.filter((each) => each.histograms.length > 0).length;
      return {
        status: 204,
        headers: {
          'x-prometheus-remote-write-samples-written': String(series.length - histograms),
          'x-prometheus-remote-write-histograms-written': String(histograms),
          'x-prometheus-remote-write-exemplars-written': '0',
        },
      };
    },
  });
}

export function versionOf({ headers }: ReceivedRequest): '1.0' | '2.0' {
  return headers['x-prometheus-remote-write-version'] === '2.0.0' ? '2.0' : '1.0';
}

/** The requests that mean something to a receiver of this version. */
export function understood(requests: readonly ReceivedRequest[], version: '1.0' | '2.0'): ReceivedRequest[] {
  return requests.filter((request) => version === '2.0' || versionOf(request) === '1.0');
}
