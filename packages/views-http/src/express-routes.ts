/** A layer of a router of Express, as far as it is read here. */
interface Layer {
  /** What it was registered with; missing before version 2.3 of the router. */
  readonly rawPath?: unknown;
  readonly route?: { readonly path?: unknown };
  readonly handle?: unknown;
  match?(path: string): unknown;
  /** What older routers keep of the last match. */
  readonly path?: unknown;
  readonly params?: unknown;
}

interface Match {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly pattern?: unknown;
}

/** A request of Express, as far as it is read here. */
export interface RoutedRequest {
  readonly app?: unknown;
  readonly route?: unknown;
  readonly originalUrl?: unknown;
}

/** The mounts that lead to a route, and the route's own layer. */
interface Chain {
  readonly layers: readonly Layer[];
  /** Known after the first request, where it is the same for all. */
  pattern?: string;
}

const DEEPEST = 32;
const PROBE = 'oriel-probe';

/** Finds the patterns of the routes of an Express app, with those of the mounts they stand under. */
export class ExpressRoutes {
  readonly #app: unknown;
  readonly #chains = new WeakMap<object, readonly Chain[]>();

  constructor(app: unknown) {
    this.#app = app;
  }

  /** The pattern of the route that a request took; empty if none did. */
  patternOf({ route, app, originalUrl }: RoutedRequest): string {
    if (typeof route !== 'object' || route === null) return '';
    const chains = this.#chains.get(route) ?? this.#find(route, app);
    const path = String(originalUrl ?? '').split('?', 1)[0];
    const chain = chains.length === 1 ? chains[0] : chains.find(({ layers }) => leadsTo(layers, path));
    return chain === undefined ? '' : patternOfChain(chain, path);
  }

  #find(route: object, app: unknown): readonly Chain[] {
    const found = [...chainsTo(route, this.#app, [], DEEPEST), ...this.#inSubApp(route, app)];
    const chains = found.length > 0 ? found : [[{ route }]];
    const made = chains.map((layers): Chain => ({ layers }));
    this.#chains.set(route, made);
    return made;
  }

  // An app that was mounted on another is hidden in a function, but knows where it hangs.
  #inSubApp(route: object, app: unknown): Layer[][] {
    if (app === this.#app) return [];
    const mounts: Layer[] = [];
    let at = app as SubApp | undefined;
    for (; at?.parent !== undefined && at !== this.#app && mounts.length < DEEPEST; at = at.parent) {
      mounts.unshift({ rawPath: at.mountpath });
    }
    return chainsTo(route, app, mounts, DEEPEST);
  }
}

interface SubApp {
  readonly parent?: SubApp;
  readonly mountpath?: unknown;
}

function chainsTo(route: object, handler: unknown, mounts: readonly Layer[], depth: number): Layer[][] {
  if (depth === 0) return [];
  return stackOf(handler).flatMap((layer) => {
    if (layer.route === route) return [[...mounts, layer]];
    return layer.route === undefined ? chainsTo(route, layer.handle, [...mounts, layer], depth - 1) : [];
  });
}

// A router has a stack; an app has a router, which version 4 of Express keeps elsewhere and guards.
function stackOf(handler: unknown): readonly Layer[] {
  if (typeof handler !== 'function') return [];
  const { stack } = handler as { readonly stack?: unknown };
  if (Array.isArray(stack)) return stack as Layer[];
  const app = handler as { readonly _router?: unknown; readonly router?: unknown };
  const router = app._router ?? app.router;
  const inner = (router as { readonly stack?: unknown } | undefined)?.stack;
  return Array.isArray(inner) ? (inner as Layer[]) : [];
}

function leadsTo(layers: readonly Layer[], path: string): boolean {
  let rest = path;
  for (const layer of layers) {
    const matched = matchOf(layer, rest);
    if (matched === undefined) return false;
    rest = afterMount(rest, matched.path);
  }
  return true;
}

function patternOfChain(chain: Chain, path: string): string {
  if (chain.pattern !== undefined) return chain.pattern;
  let rest = path;
  let varies = false;
  let pattern = '';
  for (const layer of chain.layers) {
    const raw = layer.rawPath ?? layer.route?.path;
    varies ||= Array.isArray(raw);
    pattern = joined(pattern, textOf(raw, layer, rest));
    rest = afterMount(rest, matchOf(layer, rest)?.path ?? '');
  }
  if (!varies) chain.pattern = pattern;
  return pattern;
}

function textOf(raw: unknown, layer: Layer, path: string): string {
  if (typeof raw === 'string') return raw;
  if (raw instanceof RegExp) return String(raw);
  if (!Array.isArray(raw)) return probed(layer, path);
  const pattern = matchOf(layer, path)?.pattern;
  return pattern === undefined ? raw.map(String).join('|') : String(pattern);
}

function joined(mount: string, pattern: string): string {
  if (pattern === '/' || pattern === '') return mount === '' ? pattern : mount;
  const base = mount.endsWith('/') ? mount.slice(0, -1) : mount;
  return pattern.startsWith('/') ? `${base}${pattern}` : `${base}/${pattern}`;
}

function afterMount(path: string, matched: string): string {
  const rest = path.slice(matched.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function matchOf(layer: Layer, path: string): Match | undefined {
  if (typeof layer.match !== 'function') return undefined;
  const result = layer.match(path);
  if (result === false || result === undefined) return undefined;
  const { path: matched, params, pattern } = (result === true ? layer : result) as Partial<Match>;
  return { path: matched ?? '', params: params ?? {}, pattern };
}

// Which segments of a mount are parameters, where the router does not tell: those that match anything.
function probed(layer: Layer, path: string): string {
  const segments = (matchOf(layer, path)?.path ?? '').split('/');
  return segments
    .map((segment, at) => {
      const params = matchOf(layer, segments.with(at, PROBE).join('/'))?.params ?? {};
      const name = Object.keys(params).find((key) => params[key] === PROBE);
      return name === undefined || segment === '' ? segment : `:${name}`;
    })
    .join('/');
}
