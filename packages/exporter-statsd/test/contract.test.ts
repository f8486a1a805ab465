import { describeExporter, tcpDestination, udpDestination } from '@oriel/testkit';
import { statsd } from '../src/index.ts';
import { arrivesAs } from './contract-capabilities.ts';
import { frameDestination } from './frame-destination.ts';
import { RowReader } from './row-reader.ts';
import { unixDestination } from './unix-destination.ts';

describeExporter({
  name: 'statsd by UDP, labels in the name',
  backend: statsd,
  destination: udpDestination,
  config: ({ port }) => ({ exporters: [`statsd://127.0.0.1:${port}?intervalMs=60000`] }),
  read: (destination) => new RowReader('path').read(destination.take().map(String)),
  capabilities: { ...arrivesAs, faults: ['absent'] },
  skip: [
    {
      reason:
        'a dot parts the levels of a name, so that the value 1.2 arrives as 1_2 with an ending of its own',
      tests: ['an info arrives with its type and its numbers'],
    },
  ],
});

for (const dialect of ['graphite', 'influx'] as const) {
  describeExporter({
    name: `statsd by TCP, tags as ${dialect} has them`,
    backend: statsd,
    destination: tcpDestination,
    config: ({ port }) => ({
      exporters: [`statsd+tcp://127.0.0.1:${port}?intervalMs=60000&nameTags=${dialect}`],
    }),
    read: (destination) => new RowReader(dialect).read([destination.take().join('\n')].filter(Boolean)),
    capabilities: arrivesAs,
  });
}

describeExporter({
  name: 'dogstatsd by UDP',
  backend: statsd,
  destination: udpDestination,
  config: ({ port }) => ({
    exporters: [`statsd+dogstatsd://127.0.0.1:${port}`],
    backendSettings: { statsd: { intervalMs: 60_000, histograms: 'buckets' } },
  }),
  read: (destination) => new RowReader('dogstatsd').read(destination.take().map(String)),
  capabilities: { ...arrivesAs, faults: ['absent'] },
});

describeExporter({
  name: 'dogstatsd by Unix datagrams',
  backend: statsd,
  destination: unixDestination,
  config: ({ path }) => ({
    exporters: [`statsd+dogstatsd+unix://localhost${path}`],
    backendSettings: { statsd: { intervalMs: 60_000 } },
  }),
  read: (destination) => new RowReader('dogstatsd').read(destination.take().map(String)),
  capabilities: { ...arrivesAs, faults: ['absent'] },
});

describeExporter({
  name: 'dogstatsd by a Unix stream',
  backend: statsd,
  destination: frameDestination,
  config: ({ path }) => ({
    exporters: [`statsd+dogstatsd+unix-stream://localhost${path}`],
    backendSettings: { statsd: { intervalMs: 60_000 } },
  }),
  read: (destination) => new RowReader('dogstatsd').read(destination.take().map(String)),
  capabilities: { ...arrivesAs, faults: ['absent', 'hang'] },
});
