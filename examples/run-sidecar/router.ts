import { type Answer, failure } from './answer.ts';
import type { Apps } from './apps.ts';
import { invocationLatency } from './metrics.ts';
import type { StateStores } from './state-stores.ts';

/** A request on its way: the route is the pattern, never the raw path, so that it can be a tag. */
export interface Routed {
  readonly route: string;
  readonly answer: (body: string) => Promise<Answer>;
}

/** Finds what answers a request. */
export class Router {
  readonly #apps: Apps;
  readonly #stores: StateStores;

  constructor(apps: Apps, stores: StateStores) {
    this.#apps = apps;
    this.#stores = stores;
  }

  find(method: string, path: string): Routed {
    const [version, area, ...rest] = path.split('/').slice(1).map(decoded);
    if (version === 'v1.0' && area === 'healthz' && rest.length === 0)
      return answering('/v1.0/healthz', { status: 204 });
    if (version === 'v1.0' && area === 'invoke' && rest[1] === 'method' && rest.length === 3)
      return this.#invoke(rest[0], rest[2]);
    if (version === 'v1.0' && area === 'state' && rest.length === 2)
      return this.#state(method, rest[0], rest[1]);
    return answering('unknown', failure(404, 'ERR_NOT_FOUND', 'No route of this path'));
  }

  #invoke(appId: string, name: string): Routed {
    const route = '/v1.0/invoke/{app}/method/{name}';
    const run = this.#apps.get(appId)?.get(name);
    if (run === undefined)
      return answering(route, failure(404, 'ERR_DIRECT_INVOKE', 'No such application or method'));
    return {
      route,
      answer: async (body) => {
        const start = performance.now();
        const answer = await attempt(() => run(body));
        const tags = { app_id: appId, method: name, status: answer.status };
        invocationLatency.record(performance.now() - start, tags);
        return answer;
      },
    };
  }

  #state(method: string, storeName: string, key: string): Routed {
    const route = '/v1.0/state/{store}/{key}';
    const store = this.#stores.store(storeName);
    if (store === undefined)
      return answering(route, failure(400, 'ERR_STATE_STORE_NOT_FOUND', 'No such state store'));
    return { route, answer: async (body) => stateAnswer(method, store, key, body) };
  }
}

type Store = NonNullable<ReturnType<StateStores['store']>>;

function stateAnswer(method: string, store: Store, key: string, body: string): Answer {
  switch (method) {
    case 'GET': {
      const value = store.get(key);
      return value === undefined ? { status: 204 } : { status: 200, body: value };
    }
    case 'POST':
    case 'PUT':
      store.set(key, body);
      return { status: 204 };
    case 'DELETE':
      store.delete(key);
      return { status: 204 };
    default:
      return failure(405, 'ERR_METHOD_NOT_ALLOWED', 'Use GET, POST, PUT or DELETE');
  }
}

async function attempt(run: () => unknown): Promise<Answer> {
  try {
    return { status: 200, body: await run() };
  } catch (error) {
    return failure(500, 'ERR_DIRECT_INVOKE', error instanceof Error ? error.message : 'It failed');
  }
}

function answering(route: string, answer: Answer): Routed {
  return { route, answer: async () => answer };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
