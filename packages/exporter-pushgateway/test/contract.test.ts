import { describeExporter, type HttpDestination, httpDestination, rowsOfPage } from '@oriel/testkit';
import { pushgateway } from '../src/backend.ts';
import { rowsOfFamilies } from './proto-rows.ts';

const suite = {
  backend: pushgateway,
  destination: () => httpDestination(),
  config: ({ port }: HttpDestination) => ({
    exporters: [`pushgateway+http://127.0.0.1:${port}/metrics/job/contract?intervalMs=60000`],
  }),
};
const capabilities = {
  direction: 'push',
  created: false,
  queueLimit: 1,
  faults: ['absent', 'cut', 'hang', 'refuse', 'throttle', 'fail'],
} as const;
// What the format has no type for.
const plainTypes = { gauge_histogram: 'histogram', info: 'gauge', state_set: 'gauge' } as const;

describeExporter({
  ...suite,
  name: 'pushgateway',
  read: (gateway) => gateway.take().flatMap(({ body }) => rowsOfFamilies(body)),
  capabilities: { ...capabilities, types: plainTypes },
});

describeExporter({
  ...suite,
  name: 'pushgateway, as text',
  config: (gateway) => ({
    ...suite.config(gateway),
    backendSettings: { pushgateway: { format: 'text' } },
  }),
  read: (gateway) => gateway.take().flatMap(({ body }) => rowsOfPage(body.toString(), 'text')),
  capabilities: {
    ...capabilities,
    exemplars: false,
    types: { ...plainTypes, exponential_histogram: 'histogram' },
  },
});
