import { Agent } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type Collector,
  Counter,
  Desc,
  type Gatherer,
  Gauge,
  type MetricsError,
  namedCollector,
  Registry,
} from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { scrapeHandler } from '../src/scrape-handler.ts';
import { type ScrapeHandlerOptions, scrapeSettings } from '../src/scrape-settings.ts';
import { ask } from './http-client.ts';
import { emptySnapshot, serve } from './served.ts';

const openMetrics = { accept: 'application/openmetrics-text' };

function jobs(): Registry {
  const registry = new Registry();
  const done = new Counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['queue'] });
  const waiting = new Gauge({ name: 'jobs_waiting', help: 'Jobs waiting.' });
  registry.register(done);
  registry.register(waiting);
  done.add(3, { queue: 'mail' });
  waiting.set(2);
  return registry;
}

function failing(name = 'broken'): Collector {
  const desc = new Desc({ name, type: 'gauge' });
  return {
    describe: () => [desc],
    collect: () => {
      throw new Error('no contact');
    },
  };
}

function hanging(): Collector {
  const desc = new Desc({ name: 'hanging', type: 'gauge' });
  return { describe: () => [desc], collect: () => new Promise<void>(() => {}) };
}

const textPage = `# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total{queue="mail"} 3
# HELP jobs_waiting Jobs waiting.
# TYPE jobs_waiting gauge
jobs_waiting 2
`;

describe('collect[]', () => {
  const two = (): Registry => {
    const registry = jobs();
    for (const name of ['redis', 'sql']) {
      registry.register(namedCollector(name, new Gauge({ name: `${name}_up`, help: 'Up.' })));
    }
    return registry;
  };
  const familiesOf = (text: string): string[] =>
    [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);

  test('asks the named collectors only, with or without sharing', async () => {
    for (const coalesce of [false, true]) {
      await using server = await serve(scrapeHandler({ registry: two(), coalesce }));
      const one = await ask(`${server.url}?collect[]=sql`);
      expect(familiesOf(one.text)).toEqual(['sql_up']);
      const both = await ask(`${server.url}?collect[]=sql&collect[]=redis&name[]=redis_up`);
      expect(familiesOf(both.text)).toEqual(['redis_up']);
    }
  });

  test('answers 400 to a name that no collector has, and echoes nothing', async () => {
    await using server = await serve(scrapeHandler({ registry: two() }));
    const { status, text } = await ask(`${server.url}?collect[]=<b>`);
    expect([status, text]).toEqual([400, 'Unknown collector; known are redis, sql\n']);
    await using other = await serve(scrapeHandler({ registry: { gather: async () => emptySnapshot } }));
    expect((await ask(`${other.url}?collect[]=x`)).text).toBe('Unknown collector; known are none\n');
  });
});

describe('scrapeHandler()', () => {
  test('serves text to whoever asks for nothing, with its length', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const answer = await ask(server.url);
    expect(answer.text).toBe(textPage);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    );
    expect(answer.headers['content-length']).toBe(String(textPage.length));
    expect(answer.headers.vary).toBe('Accept, Accept-Encoding');
  });

  test('serves OpenMetrics up to its end mark to whoever asks for it', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const answer = await ask(server.url, {
      headers: { accept: 'application/openmetrics-text;escaping=values' },
    });
    expect(answer.headers['content-type']).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values',
    );
    expect(answer.text).toMatch(/# TYPE jobs counter\n[\s\S]*\n# EOF\n$/);
  });

  test('writes created lines only when told to', async () => {
    await using plain = await serve(scrapeHandler({ registry: jobs() }));
    await using dated = await serve(scrapeHandler({ registry: jobs(), created: true }));
    expect((await ask(plain.url, { headers: openMetrics })).text).not.toMatch('jobs_created');
    expect((await ask(dated.url, { headers: openMetrics })).text).toMatch(
      /^jobs_created\{queue="mail"\} \d/m,
    );
  });

  test('compresses for whoever asks for gzip, and not when that is off', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    await using bare = await serve(scrapeHandler({ registry: jobs(), compression: false }));
    const headers = { 'accept-encoding': 'gzip' };
    const answer = await ask(server.url, { headers });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(answer.body).toString()).toBe(textPage);
    expect((await ask(bare.url, { headers })).text).toBe(textPage);
  });

  test('compresses with zstd for whoever asks for it, at any level', async () => {
    for (const compressionLevel of [1, 9]) {
      await using server = await serve(scrapeHandler({ registry: jobs(), compressionLevel }));
      const answer = await ask(server.url, { headers: { 'accept-encoding': 'gzip, zstd' } });
      expect(answer.headers['content-encoding']).toBe('zstd');
      expect(answer.headers.vary).toBe('Accept, Accept-Encoding');
      expect(zstdDecompressSync(answer.body).toString()).toBe(textPage);
    }
  });

  test('serves OpenMetrics 2.0 to whoever names its version, and to nobody else', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const asked = async (accept: string): Promise<string> =>
      (await ask(server.url, { headers: { accept } })).headers['content-type'] ?? '';
    const second = 'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores';
    expect(await asked('application/openmetrics-text;version=2.0.0')).toBe(second);
    for (const accept of ['application/openmetrics-text', 'application/*', '*/*', 'text/*'])
      expect(await asked(accept)).not.toMatch('version=2');
    const page = await ask(server.url, { headers: { accept: 'application/openmetrics-text;version=2.0.0' } });
    expect(page.text).toMatch(/^jobs_total\{queue="mail"\} 3\.0 st@\d+\.\d+$/m);
  });

  test('keeps the connection after plain, compressed and refused answers', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let sockets = 0;
    agent.on('free', (socket) => {
      sockets += socket.listenerCount('oriel-seen') === 0 ? 1 : 0;
      socket.on('oriel-seen', () => {});
    });
    for (const encoding of ['gzip', 'identity', 'zstd', 'gzip']) {
      await ask(server.url, { agent, headers: { 'accept-encoding': encoding } });
      await ask(server.url, { agent, method: 'POST' });
    }
    agent.destroy();
    expect(sockets).toBe(1);
  });

  test('answers HEAD with the head of GET and no body', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const answer = await ask(server.url, { method: 'HEAD', headers: openMetrics });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1.0.0/);
    expect(answer.body.length).toBe(0);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'refuses %s with the methods allowed',
    async (method) => {
      await using server = await serve(scrapeHandler({ registry: jobs() }));
      const answer = await ask(server.url, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    },
  );

  test('serves only the families named', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs() }));
    const { text } = await ask(`${server.url}?name[]=jobs_waiting&name[]=none`);
    expect(text).toBe('# HELP jobs_waiting Jobs waiting.\n# TYPE jobs_waiting gauge\njobs_waiting 2\n');
  });

  test('serves an empty valid page for unknown names, whatever else fails', async () => {
    const registry = jobs();
    registry.register(failing());
    await using server = await serve(scrapeHandler({ registry }));
    for (const query of ['?name[]=none', '?name[]=', '?name[]=%zz%ff']) {
      const answer = await ask(server.url, { path: `/metrics${query}` });
      expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0']);
      expect((await ask(server.url, { path: `/metrics${query}`, headers: openMetrics })).text).toBe(
        '# EOF\n',
      );
    }
  });

  test('serves a registry that holds nothing as an empty valid page', async () => {
    await using server = await serve(scrapeHandler({ registry: new Registry() }));
    expect((await ask(server.url)).text).toBe('');
    expect((await ask(server.url, { headers: openMetrics })).text).toBe('# EOF\n');
  });

  test('serves one hundred scrapes at once, each equal and valid', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'calls_total', help: '', labelNames: ['path'] });
    registry.register(counter);
    for (let i = 0; i < 5000; i++) counter.add(i, { path: `/"${i}"\n` });
    await using server = await serve(scrapeHandler({ registry, maxConcurrentScrapes: 0 }));
    const asks = Array.from({ length: 100 }, () => ask(server.url, { headers: openMetrics }));
    const pages = new Set((await Promise.all(asks)).map(({ text }) => text));
    expect(pages.size).toBe(1);
    const [first = ''] = pages;
    const samples = first.match(/^calls_total\{path="\/\\"\d+\\"\\n"\} \d+\.0$/gm);
    expect(samples?.length).toBe(5000);
    expect(first).toMatch(/\n# EOF\n$/);
  });

  test('tells when the process began', async () => {
    await using server = await serve(scrapeHandler({ registry: jobs(), processStartTime: 1_700_000_000.9 }));
    expect((await ask(server.url)).headers['process-start-time-unix']).toBe('1700000000');
  });

  test.each<[ScrapeHandlerOptions, string]>([
    [
      { maxConcurrentScrapes: -1 },
      'Cannot serve metrics: option "maxConcurrentScrapes" is -1; it must be a whole number',
    ],
    [{ timeoutMs: 0 }, 'option "timeoutMs" is 0'],
    [{ writeTimeoutMs: 0 }, 'option "writeTimeoutMs" is 0'],
    [{ compressionLevel: 10 }, 'option "compressionLevel" is 10'],
    [
      { errorHandling: 'panic' as 'fail' },
      'option "errorHandling" is "panic"; it must be "continue" or "fail"',
    ],
    [{ escaping: 'shout' as 'dots' }, 'option "escaping" is "shout"'],
  ])('refuses %j', (options, message) => {
    expect(() => scrapeSettings({ registry: jobs(), ...options })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('scrapeHandler() with failing collectors', () => {
  test('serves what there is and reports each error', async () => {
    const registry = jobs();
    registry.register(failing());
    const errors: Error[] = [];
    await using server = await serve(scrapeHandler({ registry, onError: (error) => errors.push(error) }));
    const answer = await ask(server.url);
    expect([answer.status, answer.text]).toEqual([200, textPage]);
    expect(errors.map((error) => (error as MetricsError).code)).toEqual(['COLLECT_FAILED']);
  });

  test('answers 500 with the errors when nothing is left', async () => {
    const registry = new Registry();
    registry.register(failing());
    await using server = await serve(scrapeHandler({ registry }));
    const answer = await ask(server.url, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch('Cannot collect "broken": it threw "no contact"');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers.vary).toBe('Accept, Accept-Encoding');
  });

  test('answers 500 to any error when told to fail', async () => {
    const registry = jobs();
    registry.register(failing());
    await using server = await serve(scrapeHandler({ registry, errorHandling: 'fail' }));
    expect((await ask(server.url)).status).toBe(500);
    expect((await ask(server.url, { method: 'HEAD' })).status).toBe(500);
  });

  test.each<[string, Gatherer]>([
    ['rejects', { gather: () => Promise.reject(new Error('lost')) }],
    ['rejects with no error', { gather: () => Promise.reject('lost') }],
    [
      'throws',
      {
        gather: () => {
          throw new Error('lost');
        },
      },
    ],
  ])('answers 500 when the gatherer %s', async (_, registry) => {
    await using server = await serve(scrapeHandler({ registry }));
    const answer = await ask(server.url);
    expect([answer.status, answer.text]).toEqual([500, 'Cannot serve metrics: 1 error(s)\n\n* lost\n']);
  });

  test('goes on when the error listener throws', async () => {
    const registry = jobs();
    registry.register(failing());
    const onError = (): never => {
      throw new Error('listener');
    };
    await using server = await serve(scrapeHandler({ registry, onError }));
    expect((await ask(server.url)).text).toBe(textPage);
  });

  test.each<[string, ScrapeHandlerOptions, Record<string, string>]>([
    ['the time-out header', {}, { 'x-prometheus-scrape-timeout-seconds': '0.1' }],
    ['its own limit', { timeoutMs: 50 }, {}],
  ])('serves the siblings of a hanging collector within %s', async (_, options, headers) => {
    const registry = jobs();
    registry.register(hanging());
    const errors: Error[] = [];
    const onError = (error: Error): void => void errors.push(error);
    await using server = await serve(scrapeHandler({ ...options, registry, onError }));
    const answer = await ask(server.url, { headers });
    expect([answer.status, answer.text]).toEqual([200, textPage]);
    expect(errors.map((error) => (error as MetricsError).code)).toEqual(['COLLECT_TIMEOUT']);
  });

  test('answers 503 when the gatherer never answers', async () => {
    const registry: Gatherer = { gather: () => new Promise(() => {}) };
    await using server = await serve(scrapeHandler({ registry }));
    const answer = await ask(server.url, { headers: { 'x-prometheus-scrape-timeout-seconds': '0.1' } });
    expect(answer.status).toBe(503);
    expect(answer.text).toMatch('Cannot gather metrics: no answer within 90 ms');
  });

  test('passes a limit of its own on to the gatherer, and none that was not set', async () => {
    const limits: unknown[] = [];
    const registry: Gatherer = {
      gather: async (options) => {
        limits.push(options?.timeoutMs);
        return emptySnapshot;
      },
    };
    await using own = await serve(scrapeHandler({ registry, timeoutMs: 7000 }));
    await using none = await serve(scrapeHandler({ registry }));
    await ask(own.url);
    await ask(none.url);
    expect(limits).toEqual([7000, undefined]);
  });
});
