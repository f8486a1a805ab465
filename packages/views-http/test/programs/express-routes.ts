import type { AddressInfo } from 'node:net';
import express from 'express';
import { expressMetrics, type HttpRecorder, instrumentHttp, setRoute } from '../../src/index.ts';
import { ExchangeLog } from '../exchange-log.ts';

// Asks an Express app for the paths it is given and prints what was recorded. Flags: `instrumented`, `old-router`.

const [flags, ...paths] = process.argv.slice(2);
const own = new ExchangeLog();
const all = new ExchangeLog();
const isInstrumented = flags.includes('instrumented');
const handle = isInstrumented ? instrumentHttp({ recorders: [all] }) : undefined;
const app = build([own]);
if (flags.includes('old-router')) olden((app as unknown as { router: Router }).router);
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as AddressInfo;
  for (const path of paths) await ask(`http://127.0.0.1:${port}${path}`);
  const seen = await (isInstrumented ? all : own).until('server', paths.length);
  handle?.stop();
  server.close();
  server.closeAllConnections();
  process.stdout.write(JSON.stringify({ seen, own: own.all.length }));
});

async function ask(url: string): Promise<void> {
  const controller = new AbortController();
  if (url.endsWith('/hang')) server.once('request', () => controller.abort());
  try {
    await (await fetch(url, { signal: controller.signal })).text();
  } catch {
    // Given up on purpose.
  }
}

function build(recorders: readonly HttpRecorder[]): express.Express {
  const app = express();
  app.use(expressMetrics({ recorders }));
  const users = userRoutes();
  const tenants = express.Router({ mergeParams: true });
  tenants.use('/deep', users);
  const sub = express();
  sub.get('/info/:what', (_request, response) => void response.send('info'));
  app.use('/api', users);
  app.use('/tenants/:tenant', tenants);
  app.use(['/v1', '/v2'], users);
  app.use('/sub', sub);
  app.get(['/a/:x', '/b/:x'], (_request, response) => void response.send('either'));
  app.get(/^\/expr\/(\d+)$/, (_request, response) => void response.send('expr'));
  app.get('/own', (request, response) => {
    setRoute(request, '/said');
    response.send('said');
  });
  app.get('/hang', () => {});
  app.get('/files/*rest', (_request, response) => void response.send('file'));
  const onError: express.ErrorRequestHandler = (_error, _request, response, _next) => {
    response.status(500).send('failed');
  };
  app.use(onError);
  return app;
}

function userRoutes(): express.Router {
  const users = express.Router();
  users.get('/users/:id', (_request, response) => void response.send('user'));
  users.get('/throws/:id', () => {
    throw new Error('no');
  });
  users.get('/', (_request, response) => void response.send('root'));
  return users;
}

interface Router {
  readonly stack?: { rawPath?: unknown; handle: Router }[];
}

// As routers were before version 2.3: a layer does not tell what it was registered with.
function olden({ stack = [] }: Router): void {
  for (const layer of stack) {
    delete layer.rawPath;
    olden(layer.handle);
  }
}
