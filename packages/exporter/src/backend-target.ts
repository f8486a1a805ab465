/** Which backend to run and, where it was named by URL, where to. */
export interface BackendTarget {
  /** What was written: a name or a URL. */
  readonly text: string;
  /** The backend's name: the text itself, or the URL's scheme up to a `+`. */
  readonly name: string;
  readonly url?: URL;
  /** The text without secrets, for labels and messages. */
  readonly id: string;
}

const backendName = /^[a-z][a-z0-9-]{0,63}$/;

/** Whether a text can be a backend's name: it becomes part of a package's and a URL scheme's name. */
export function isBackendName(name: unknown): name is string {
  return typeof name === 'string' && backendName.test(name);
}

/** Reads a backend's name or URL, or gives `undefined` if it is neither. */
export function readTarget(text: string): BackendTarget | undefined {
  if (isBackendName(text)) return Object.freeze({ text, name: text, id: text });
  const url = /^[^:]+:\/\//.test(text) ? URL.parse(text) : null;
  if (url === null || (url.host === '' && !isPlace(url))) return undefined;
  const [name] = url.protocol.slice(0, -1).split('+');
  if (!isBackendName(name)) return undefined;
  return Object.freeze({ text, name, url, id: `${url.protocol}//${url.host}${url.pathname}` });
}

// What is no host: a file, a Unix socket, or the program's own streams.
function isPlace({ protocol, pathname }: URL): boolean {
  if (/^console[:+]/.test(protocol)) return true;
  return /^file[:+]|\+unix/.test(protocol) && pathname.length > 1;
}

/** A text with the passwords of the URLs in it made unreadable. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/:\/\/[^/\s"]*@/g, '://***@');
}

/** The same for a value of an option, whatever its type. */
export function valueWithoutSecrets<T>(value: T): T {
  const clear = (one: unknown): unknown => (typeof one === 'string' ? withoutSecrets(one) : one);
  return (Array.isArray(value) ? value.map(clear) : clear(value)) as T;
}
