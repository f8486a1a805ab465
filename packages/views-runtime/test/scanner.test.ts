import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { count, type Stats, view } from '@oriel/stats';
import {
  httpServerMeasures,
  httpViews,
  instrumentHttp,
  openCensusRecorder,
  PathLabels,
} from '@oriel/views-http';
import { expect, test } from 'vitest';
import { textOf } from '../../../test/support/render.ts';
import { fresh } from './fresh-runtime.ts';

const REQUESTS = 102_400;
const CONNECTIONS = 16;
const BATCH = 100;
const verbs = ['GET', 'POST', 'PROPFIND', 'PURGE', 'M-SEARCH'];
const answer = 'HTTP/1.1 404 Not Found\r\n';

function requestOf(n: number): string {
  const path = `/scan/${n}/${(n * 7919) % 104_729}.php?a=${n}`;
  return `${verbs[n % verbs.length]} ${path} HTTP/1.1\r\nHost: h${n}\r\n\r\n`;
}

/** Asks for so many paths, verbs and hosts, no two alike, over one connection; answers how many answers came. */
async function scan(port: number, from: number, requests: number): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let text = '';
  let answered = 0;
  for (let sent = 0; sent < requests; sent += BATCH) {
    socket.write(Array.from({ length: BATCH }, (_, i) => requestOf(from + sent + i)).join(''));
    while (answered < sent + BATCH) {
      const [chunk] = (await once(socket, 'data')) as [string];
      const parts = (text + chunk).split(answer);
      answered += parts.length - 1;
      text = (parts.at(-1) ?? '').slice(-answer.length);
    }
  }
  socket.destroy();
  return answered;
}

function total(stats: Stats, name: string): number {
  const rows = stats.retrieveData(name);
  return rows.reduce((sum, { value, distribution }) => sum + (distribution?.count ?? value ?? 0), 0);
}

test('102 400 paths, verbs and hosts of a scanner on kept connections leave a constant number of rows, all of them counted', async () => {
  const { registry, runtime, stats } = fresh({ http: { increasedCardinality: true, pathLimit: 30 } });
  stats.registerViews(...httpViews(stats));
  const { latency: measure } = httpServerMeasures(stats);
  const tagKeys = ['http_server_path', 'http_server_host', 'http_server_method'];
  stats.registerViews(view({ name: 'scanned', measure, tagKeys, aggregation: count() }));
  const labels = new PathLabels({ increasedCardinality: true, pathLimit: 20 });
  const openCensus = openCensusRecorder({ stats, labels, hostLimit: 5 });
  const handle = instrumentHttp({ recorders: [openCensus, runtime.http.recorder()] });
  const server = createServer((_, response) => response.writeHead(404, { 'Content-Length': 0 }).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const each = REQUESTS / CONNECTIONS;
  const scans = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => scan(port, i * each, each)));
  handle.stop();
  server.close();
  expect(scans).toEqual(Array(CONNECTIONS).fill(each));

  for (const name of ['completed_count', 'server_latency', 'sent_bytes', 'received_bytes']) {
    // GET, POST and UNKNOWN.
    expect(stats.retrieveData(`opencensus.io/http/server/${name}`)).toHaveLength(3);
    expect(total(stats, `opencensus.io/http/server/${name}`)).toBe(REQUESTS);
  }
  // 20 paths, 5 hosts, and what is left by three methods.
  expect(stats.retrieveData('scanned').length).toBeLessThanOrEqual(20 + 5 + 3);
  expect(total(stats, 'scanned')).toBe(REQUESTS);
  for (const name of ['http_server_requests_total', 'http_server_request_duration_seconds']) {
    expect(stats.retrieveData(name).length).toBeLessThanOrEqual(30 + 3);
    expect(total(stats, name)).toBe(REQUESTS);
  }
  const unknown = (REQUESTS * 3) / verbs.length;
  const folded = (cause: string, n: number): string =>
    `oriel_http_labels_folded_total{cause="${cause}",side="server"} ${n}\n`;
  const page = await textOf(registry);
  expect(page).toContain(folded('path_limit', REQUESTS - 30));
  expect(page).toContain(folded('verb_unknown', unknown));
  expect(page).toContain(
    `oriel_label_values_folded_total{label="http_server_host",metric="opencensus.io/http/server/server_latency"} ${REQUESTS - 5}\n`,
  );
  runtime.stop();
  registry.register(labels.folds);
  expect(await textOf(registry)).toContain(folded('path_limit', REQUESTS - 20));
}, 120_000);
