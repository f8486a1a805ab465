// Checked by the compiler alone: a wrong line that compiles is an unused directive, and so an error.
import { Counter } from '../src/counter.ts';
import { Gauge } from '../src/gauge.ts';
import { Histogram } from '../src/histogram.ts';
import { Summary } from '../src/summary.ts';

const counter: Counter<'method' | 'code'> = new Counter({ name: 'c', labelNames: ['method', 'code'] });
const gauge: Gauge<'x'> = new Gauge({ name: 'g', labelNames: ['x'] });
const histogram: Histogram<'x'> = new Histogram({ name: 'h', labelNames: ['x'] });
const summary: Summary<'x'> = new Summary({ name: 's', labelNames: ['x'] });

counter.inc({ method: 'GET', code: 200 });
counter.inc({ method: undefined });
counter.labels('GET', 200).inc();
counter.tryLabels({ method: 'GET', code: true })?.inc();
counter.curry({ method: 'GET' }).labels('200').inc();
counter.removeMatching({ code: 404 });

// @ts-expect-error a label that is not defined
counter.inc({ methd: 'GET' });
// @ts-expect-error a value that cannot be one
counter.inc({ method: {} });
// @ts-expect-error a label that is not defined
counter.labels({ method: 'GET', status: '200' });
// @ts-expect-error a label that is not defined
counter.tryLabels({ status: '200' });
// @ts-expect-error a label that is not defined
counter.curry({ status: '200' });
// @ts-expect-error a label that is not defined
counter.remove({ status: '200' });
// @ts-expect-error a label that is not defined
counter.removeMatching({ status: '200' });
// @ts-expect-error a text is no number
counter.add('5');
// @ts-expect-error a label that is not defined
gauge.set(1, { y: '1' });
// @ts-expect-error a label that is not defined
histogram.observe(1, { y: '1' });
// @ts-expect-error a label that is not defined
summary.observe(1, { y: '1' });
// @ts-expect-error a normalizer of a label that is not defined
new Counter({ name: 'c', labelNames: ['x'], normalize: { y: (text: string) => text } });
// @ts-expect-error a name is needed
new Counter({ help: 'C.' });
