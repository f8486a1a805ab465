import { InlineLabels } from './inline-labels.ts';
import type { LabelForm } from './label-form.ts';
import { SymbolLabels } from './symbol-labels.ts';

export type ProtocolVersion = '1.0' | '2.0';

/** What differs between the versions of the protocol. Source: Prometheus remote write 1.0 and 2.0-rc.4. */
export interface Protocol {
  readonly version: ProtocolVersion;
  readonly labels: LabelForm;
  /** Of 2.0: where the texts of a request are kept. */
  readonly symbols: SymbolLabels | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Numbers of fields: series in the request, the rest in a series. */
  readonly fields: { readonly series: number; readonly histograms: number; readonly exemplars: number };
}

/** A protocol with caches of its own. */
export function protocolOf(version: ProtocolVersion): Protocol {
  if (version === '1.0') {
    return {
      version,
      labels: new InlineLabels(),
      symbols: undefined,
      headers: {
        'content-type': 'application/x-protobuf',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      fields: { series: 1, histograms: 4, exemplars: 3 },
    };
  }
  const symbols = new SymbolLabels();
  return {
    version,
    labels: symbols,
    symbols,
    headers: {
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'x-prometheus-remote-write-version': '2.0.0',
    },
    fields: { series: 5, histograms: 3, exemplars: 4 },
  };
}
