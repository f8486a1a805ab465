import { describeExporter } from '../src/describe-exporter.ts';
import { memoryBackend } from '../src/memory-backend.ts';
import { rowsOfSnapshot } from '../src/snapshot-rows.ts';

describeExporter({
  name: 'memory',
  destination: () => memoryBackend(),
  make: (context, memory) => memory.backend.create(context, {}),
  read: (memory) =>
    memory.take().flatMap(({ time, ...rest }) => rowsOfSnapshot(rest).map((row) => ({ time, ...row }))),
  capabilities: { direction: 'push', faults: ['absent', 'cut', 'hang', 'refuse', 'fail'] },
});
