import { describeExporter, type Row, tcpDestination } from '@oriel/testkit';
import { lines } from './lines-backend.ts';

describeExporter({
  name: 'lines',
  backend: lines,
  destination: tcpDestination,
  config: ({ port }) => ({ exporters: [`lines://127.0.0.1:${port}`] }),
  read: (destination) =>
    destination
      .take()
      .map(
        (line): Row =>
          JSON.parse(line, (_, part) => (part?.number === undefined ? part : Number(part.number))),
      ),
  capabilities: { direction: 'push' },
});
