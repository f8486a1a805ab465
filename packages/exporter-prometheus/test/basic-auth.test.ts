import { createRequire } from 'node:module';
import { afterEach, describe, expect, test } from 'vitest';
import { BasicAuth, type Verdict } from '../src/basic-auth.ts';
import { TokenBucket } from '../src/token-bucket.ts';

const bcrypt = createRequire(import.meta.url)('bcryptjs') as {
  hashSync(password: string, cost: number): string;
};
const users = {
  alice: bcrypt.hashSync('secret', 4),
  'b:b': bcrypt.hashSync('x', 5),
  ünï: bcrypt.hashSync('pä:ß', 4),
};

const made: BasicAuth[] = [];
afterEach(() => Promise.all(made.splice(0).map((auth) => auth.stop())));

function newAuth(): BasicAuth {
  const auth = new BasicAuth();
  made.push(auth);
  return auth;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe('BasicAuth', () => {
  test('admits users with their passwords, colons and letters of any kind included', async () => {
    const auth = newAuth();
    expect(await auth.check(basic('alice', 'secret'), users)).toBe('admitted');
    expect(await auth.check(basic('ünï', 'pä:ß'), users)).toBe('admitted');
  });

  test.each([
    ['another password', basic('alice', 'secret2')],
    ['another user', basic('bob', 'secret')],
    ['a user of every object', basic('constructor', '')],
    ['a user whose name has a colon: the name ends there', basic('b:b', 'x')],
    ['no colon', `Basic ${btoa('alice')}`],
    ['what is not base64', 'Basic §§§'],
    ['another scheme', 'Bearer secret'],
    ['nothing', undefined],
    ['a megabyte', `Basic ${'A'.repeat(1e6)}`],
  ])('refuses %s', async (_, header) => {
    expect(await newAuth().check(header, users)).toBe('refused');
  });

  test.each(['$2$', '$2a$', '$2b$', '$2x$', '$2y$'])('takes hashes that begin with %s', async (mark) => {
    const marked = { alice: users.alice.replace(/^\$2b\$/, () => mark) };
    expect(await newAuth().check(basic('alice', 'secret'), marked)).toBe('admitted');
    expect(await newAuth().check(basic('alice', 'wrong'), marked)).toBe('refused');
  });

  test('remembers what was right, and forgets it with the hash', async () => {
    const auth = newAuth();
    const header = basic('alice', 'secret');
    expect(auth.check(header, users)).toBeInstanceOf(Promise);
    await auth.check(header, users);
    expect(auth.check(header, users)).toBe('admitted');
    const changed = { alice: bcrypt.hashSync('other', 4) };
    expect(await auth.check(header, changed)).toBe('refused');
  });

  test('never remembers what was wrong', async () => {
    const auth = newAuth();
    await auth.check(basic('alice', 'wrong'), users);
    expect(auth.check(basic('alice', 'wrong'), users)).toBeInstanceOf(Promise);
  });

  test('takes user and password apart: no other pair hits what is remembered', async () => {
    const auth = newAuth();
    const both = { a: users.alice, asec: users.alice };
    await auth.check(basic('a', 'secret'), both);
    expect(await auth.check(basic('asec', 'ret'), both)).toBe('refused');
  });

  test('compares for an unknown user too', () => {
    expect(newAuth().check(basic('nobody', 'x'), users)).toBeInstanceOf(Promise);
  });

  test('compares once for equal credentials that come together, right or wrong', async () => {
    const auth = newAuth();
    for (const [password, verdict] of [
      ['secret', 'admitted'],
      ['wrong', 'refused'],
    ]) {
      const checks = Array.from({ length: 200 }, () => auth.check(basic('alice', password), users));
      expect(new Set(checks).size).toBe(1);
      expect(new Set(await Promise.all(checks))).toEqual(new Set([verdict]));
    }
  });

  test('remembers a hundred credentials at most, the last ones', async () => {
    const auth = newAuth();
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`u${i}`, users.alice]));
    for (const user of Object.keys(many)) await auth.check(basic(user, 'secret'), many);
    expect(auth.check(basic('u1', 'secret'), many)).toBe('admitted');
    expect(auth.check(basic('u100', 'secret'), many)).toBe('admitted');
    expect(auth.check(basic('u0', 'secret'), many)).toBeInstanceOf(Promise);
  });

  test('is busy beyond 64 comparisons at once, and answers all of them', async () => {
    const auth = newAuth();
    const checks = Array.from({ length: 70 }, (_, i) => auth.check(basic('alice', String(i)), users));
    const verdicts: Verdict[] = await Promise.all(checks);
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(6);
    expect(verdicts.filter((verdict) => verdict === 'refused')).toHaveLength(64);
  });

  test('stop() answers who waits', async () => {
    const auth = newAuth();
    const waiting = auth.check(basic('alice', 'secret'), users);
    await auth.stop();
    expect(await waiting).toBe('busy');
  });
});

describe('TokenBucket', () => {
  test('lets a burst through, then one per interval, never more than the burst', () => {
    let now = 0;
    const bucket = new TokenBucket(1000, 2, () => now);
    expect([bucket.takes(), bucket.takes(), bucket.takes()]).toEqual([true, true, false]);
    now = 999;
    expect(bucket.takes()).toBe(false);
    now = 1001;
    expect([bucket.takes(), bucket.takes()]).toEqual([true, false]);
    now = 1e6;
    expect([bucket.takes(), bucket.takes(), bucket.takes()]).toEqual([true, true, false]);
  });

  test('refuses everything with a burst of 0, and nothing without an interval', () => {
    expect(new TokenBucket(1000, 0).takes()).toBe(false);
    expect(new TokenBucket(0, 0).takes()).toBe(true);
  });
});
