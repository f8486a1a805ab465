import { describeExporter } from '../src/describe-exporter.ts';
import { labContract } from './lab-backend.ts';

// What the mutants are made of is sound, whichever way it sends.
describeExporter({ ...labContract(), name: 'lab' });
describeExporter({ ...labContract({ temporality: 'delta' }), name: 'lab' });
describeExporter({
  ...labContract({ tags: 'none', exemplars: false, created: false, acknowledges: false, faults: ['absent'] }),
  name: 'lab',
});
