import { createHmac, hash as digest, randomBytes } from 'node:crypto';
import { PasswordCheck } from './password-check.ts';

export type Verdict = 'admitted' | 'refused' | 'busy';

const MOST_REMEMBERED = 100;

/**
 * Basic authentication against bcrypt hashes.
 *
 * What was right once is remembered, keyed by a digest that nobody can foretell, for at most 100 credentials.
 * A user who is not there takes as long to refuse as one who is. Equal credentials that come together are compared
 * once.
 * Cost: a hash of a few bytes for a remembered credential; a bcrypt run, off the main thread, for others.
 * Source: RFC 7617; exporter-toolkit, "Basic authentication".
 */
export class BasicAuth {
  readonly #passwords = new PasswordCheck();
  readonly #secret = randomBytes(32).toString('base64');
  readonly #remembered = new Set<string>();
  /** Comparisons under way: who comes with the same credential waits for the same one. */
  readonly #running = new Map<string, Promise<Verdict>>();

  /** Whether an `Authorization` header belongs to one of the users. */
  check(header: string | undefined, users: Readonly<Record<string, string>>): Verdict | Promise<Verdict> {
    const given = credentialsOf(header);
    if (given === undefined) return 'refused';
    const hash = Object.hasOwn(users, given.user) ? users[given.user] : undefined;
    const key = this.#keyOf(given, hash ?? '');
    if (hash !== undefined && this.#remembered.has(key)) return 'admitted';
    const running = this.#running.get(key) ?? this.#compare(given, hash, key, users);
    this.#running.set(key, running);
    return running;
  }

  stop(): Promise<void> {
    this.#remembered.clear();
    return this.#passwords.stop();
  }

  async #compare(
    { user, password }: Credentials,
    hash: string | undefined,
    key: string,
    users: Readonly<Record<string, string>>,
  ): Promise<Verdict> {
    const same = await this.#passwords.compare(password, hash ?? this.#nobodysHash(user, users));
    this.#running.delete(key);
    if (same === undefined) return 'busy';
    if (!same || hash === undefined) return 'refused';
    this.#remember(key);
    return 'admitted';
  }

  #remember(key: string): void {
    if (this.#remembered.size >= MOST_REMEMBERED) {
      const [oldest] = this.#remembered;
      this.#remembered.delete(oldest);
    }
    this.#remembered.add(key);
  }

  /**
   * A hash that no password has, as dear to compare with as that of one of the users: always the same one for a
   * name, so that time does not tell who is there even where the users' costs differ.
   */
  #nobodysHash(user: string, users: Readonly<Record<string, string>>): string {
    const costs = Object.values(users).map((hash) => hash.split('$')[2]);
    const draw = createHmac('sha256', this.#secret).update(user).digest().readUInt32LE();
    return `$2b$${costs[draw % costs.length] ?? '10'}$${'.'.repeat(53)}`;
  }

  // Lengths go before the texts, so that no two credentials read the same.
  #keyOf({ user, password }: Credentials, hash: string): string {
    const text = `${this.#secret}${user.length}:${user}${password.length}:${password}${hash}`;
    return digest('sha256', text, 'base64');
  }
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

function credentialsOf(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined || encoded.length > 4096) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}
