import { type Answer, failure, json } from '../answer.ts';
import { appPaths } from '../apps/demo-apps.ts';
import type { StateEntry } from '../components/state-store.ts';
import type { Operations } from '../operations.ts';

/** Patterns whose text is the label `path`: the API's own, and the apps', which count behind an invocation too. */
export const pathMatching: readonly string[] = [
  '/v1.0/invoke/{app}/method/{name}',
  '/v1.0/state/{store}',
  '/v1.0/state/{store}/{key}',
  '/v1.0/publish/{pubsub}/{topic}',
  '/v1.0/metadata',
  '/v1.0/healthz',
  ...appPaths,
];

/** A request that was read. */
export interface ApiRequest {
  readonly verb: string;
  readonly path: string;
  readonly body: string;
}

/** Has the operations answer a request. Never rejects. */
export async function answer(operations: Operations, request: ApiRequest): Promise<Answer> {
  const [version, area, ...rest] = request.path.split('/').slice(1).map(decoded);
  const route = version === 'v1.0' && Object.hasOwn(routes, area ?? '') ? routes[area ?? ''] : undefined;
  return (await route?.(operations, request, rest)) ?? unknown;
}

type Route = (
  operations: Operations,
  request: ApiRequest,
  rest: readonly string[],
) => Promise<Answer> | Answer | undefined;

const routes: Readonly<Record<string, Route>> = {
  healthz: (_operations, _request, rest) => (rest.length === 0 ? { status: 204 } : undefined),
  metadata: ({ invoker }, _request, rest) =>
    rest.length === 0 ? json(200, { circuits: invoker.circuits() }) : undefined,
  invoke: (operations, { verb, body }, [app, word, method, ...more]) =>
    word === 'method' && app && method && more.length === 0
      ? operations.invoke(app, { verb, method, body })
      : undefined,
  publish: (operations, { verb, body }, [pubsub, topic, ...more]) => {
    if (!pubsub || !topic || more.length > 0) return undefined;
    return verb === 'POST' || verb === 'PUT' ? operations.publish(pubsub, topic, body) : wrongVerb;
  },
  state: (operations, request, [store, key, ...more]) => {
    if (!store || more.length > 0) return undefined;
    return key === undefined ? saveAll(operations, request, store) : keyed(operations, request, store, key);
  },
};

function keyed(
  operations: Operations,
  { verb, body }: ApiRequest,
  store: string,
  key: string,
): Answer | Promise<Answer> {
  if (verb === 'GET') return operations.getState(store, key);
  if (verb === 'PUT' || verb === 'POST') return operations.saveState(store, [{ key, value: body }]);
  return verb === 'DELETE' ? operations.deleteState(store, key) : wrongVerb;
}

// As in Dapr: a list of keys with values, of any JSON.
function saveAll(
  operations: Operations,
  { verb, body }: ApiRequest,
  store: string,
): Answer | Promise<Answer> {
  if (verb !== 'PUT' && verb !== 'POST') return wrongVerb;
  const entries = entriesIn(body);
  return entries === undefined ? malformed : operations.saveState(store, entries);
}

function entriesIn(body: string): StateEntry[] | undefined {
  try {
    const list = JSON.parse(body) as unknown;
    if (!Array.isArray(list) || list.length === 0) return undefined;
    const entries = list.map(({ key, value }) => ({ key, value: JSON.stringify(value) }));
    return entries.every(({ key, value }) => typeof key === 'string' && value !== undefined)
      ? entries
      : undefined;
  } catch {
    return undefined;
  }
}

const malformed: Answer = failure(
  400,
  { code: 'ERR_MALFORMED_REQUEST', category: 'common' },
  'The body must be a list such as [{"key":"a","value":1}]',
);
const wrongVerb: Answer = failure(
  405,
  { code: 'ERR_METHOD_NOT_ALLOWED', category: 'common' },
  'This path does not take this verb',
);
const unknown: Answer = failure(
  404,
  { code: 'ERR_NOT_FOUND', category: 'common' },
  'Nothing is at this path',
);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
