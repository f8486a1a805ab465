import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Counter, MetricsError, Registry } from '@oriel/metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { meterProviderFor, type OpenTelemetryReader, openTelemetryCollector } from '../src/index.ts';
import { bridge } from './bridge.ts';

const messages = (errors: readonly MetricsError[]): string[] =>
  errors.map(({ code, message }) => `${code} ${message}`);

describe('a reader that fails', () => {
  test('is reported, and its siblings are served', async () => {
    const { provider, registry } = bridge();
    const own = new Counter({ name: 'own', help: '' });
    own.inc();
    registry.register(own);
    await provider.shutdown();
    const { families, errors } = await registry.gather();
    expect(families.map(({ name }) => name)).toEqual(['own']);
    expect(messages(errors)).toEqual([
      'COLLECT_FAILED Cannot collect OpenTelemetry metrics: "MetricReader is shutdown"; what else was read is served',
    ]);
  });

  test('by throwing instead of rejecting is reported all the same', async () => {
    const registry = new Registry();
    const reader: OpenTelemetryReader = {
      collect() {
        throw new TypeError('no');
      },
    };
    registry.register(openTelemetryCollector({ reader }));
    expect((await registry.gather()).errors).toMatchObject([{ code: 'COLLECT_FAILED' }]);
  });

  test('in one callback still gives all other instruments', async () => {
    const { meter, gather } = bridge();
    meter.createCounter('good').add(1);
    meter.createObservableGauge('bad').addCallback(() => {
      throw new Error('no disk');
    });
    const { families, errors } = await gather();
    expect(families.map(({ name }) => name)).toEqual(['good']);
    expect(messages(errors)).toEqual([
      'COLLECT_FAILED Cannot collect OpenTelemetry metrics: "no disk"; what else was read is served',
    ]);
  });

  test('in one callback that never ends gives the others when the callback limit is over', async () => {
    const { meter, gather } = bridge({ callbackTimeoutMs: 1 });
    meter.createCounter('good').add(1);
    meter.createObservableGauge('bad').addCallback(() => new Promise(() => {}));
    const { families, errors } = await gather();
    expect(families.map(({ name }) => name)).toEqual(['good']);
    expect(errors).toMatchObject([{ code: 'COLLECT_FAILED' }]);
  });
});

describe('a reader that does not answer', () => {
  function stuck(): { registry: Registry; calls: () => number; answer: () => void } {
    const reader = new PrometheusExporter({ preventServerStart: true });
    meterProviderFor({ reader }).getMeter('x').createCounter('hits').add(1);
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const collect: OpenTelemetryReader['collect'] = async () => {
      calls++;
      await gate.promise;
      return reader.collect();
    };
    const registry = new Registry({ collectTimeoutMs: 1 });
    registry.register(openTelemetryCollector({ reader: { collect }, targetInfo: false }));
    return { registry, calls: () => calls, answer: gate.resolve };
  }

  test('costs its own families, is asked once, and is back when it has answered', async () => {
    const { registry, calls, answer } = stuck();
    for (let i = 0; i < 3; i++) {
      const { families, errors } = await registry.gather();
      expect(families).toEqual([]);
      expect(errors).toMatchObject([{ code: 'COLLECT_TIMEOUT' }]);
    }
    expect(calls()).toBe(1);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    const { families } = await registry.gather({ timeoutMs: 5000 });
    expect(families.map(({ name }) => name)).toEqual(['hits']);
  });

  test('is not waited for once the signal is aborted', async () => {
    const { registry } = stuck();
    const { errors } = await registry.gather({ timeoutMs: 60_000, signal: AbortSignal.timeout(1) });
    expect(messages(errors)).toEqual([
      'COLLECT_TIMEOUT Cannot collect OpenTelemetry metrics: the reader did not answer in time; they are left out this time',
    ]);
  });
});

test('one reader can be in two registries, read at the same time', async () => {
  const { registry, meter } = bridge();
  meter.createCounter('hits').add(1);
  const other = new Registry();
  other.register(registry);
  const [a, b] = await Promise.all([registry.gather(), registry.gather().then(() => other.gather())]);
  expect([a.families[0].name, b.families[0].name]).toEqual(['hits', 'hits']);
});

test('openTelemetryCollector() describes nothing, so that any instrument may come', () => {
  const reader = new PrometheusExporter({ preventServerStart: true });
  expect([...openTelemetryCollector({ reader }).describe()]).toEqual([]);
});

test('a warning listener that throws costs no metric', async () => {
  const { meter, gather } = bridge({
    onWarning: () => {
      throw new Error('logger is closed');
    },
  });
  meter.createCounter('hits').add(Number.NaN, { a: 'x' });
  meter.createCounter('hits').add(1);
  const { families, errors } = await gather();
  expect([families.length, errors.length]).toEqual([1, 0]);
});

describe('meterProviderFor()', () => {
  afterEach(() => metrics.disable());
  const reader = (): PrometheusExporter => new PrometheusExporter({ preventServerStart: true });

  test('leaves the global provider alone unless it is told otherwise', () => {
    const provider = meterProviderFor({ reader: reader() });
    expect(provider).toBeInstanceOf(MeterProvider);
    expect(metrics.getMeterProvider()).not.toBe(provider);
  });

  test('with global: true is what metrics.getMeter() uses', async () => {
    const own = reader();
    const provider = meterProviderFor({ reader: own, global: true });
    expect(metrics.getMeterProvider()).toBe(provider);
    metrics.getMeter('lib').createCounter('hits').add(3);
    const registry = new Registry();
    registry.register(openTelemetryCollector({ reader: own, targetInfo: false }));
    expect((await registry.gather()).families[0].parts[0].values).toEqual(Float64Array.of(3));
  });

  test('warns when a global provider is set already, and leaves it', () => {
    const first = meterProviderFor({ reader: reader(), global: true });
    const warnings: string[] = [];
    const second = meterProviderFor({
      reader: reader(),
      global: true,
      onWarning: (text) => warnings.push(text),
    });
    expect(metrics.getMeterProvider()).toBe(first);
    expect(second).not.toBe(first);
    expect(warnings).toEqual([
      'Cannot set the global OpenTelemetry MeterProvider: another one is set; give this reader to that one, or use the provider returned',
    ]);
  });

  test('refuses a reader that is bound already', () => {
    const own = reader();
    meterProviderFor({ reader: own });
    expect(() => meterProviderFor({ reader: own })).toThrow(MetricsError);
    expect(() => meterProviderFor({ reader: own })).toThrow(
      'Cannot make a MeterProvider: "MetricReader can not be bound to a MeterProvider again."; use a new reader and valid views',
    );
  });
});
