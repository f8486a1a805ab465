import { expect, test } from 'vitest';
import { isContender } from '../src/case.ts';
import { casesMatching, listedCases } from '../src/case-list.ts';
import { measuredIn } from '../src/target.ts';
import { targets } from '../src/target-list.ts';

const cases = listedCases.map(({ case: one }) => one);

test('every case is called op/state/size, and no two alike', () => {
  const names = cases.map(({ name }) => name);
  expect(names.filter((name) => !/^[a-z-]+\/[a-z0-9-]+\/[a-zA-Z0-9-]+$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('the first case is the disabled path', () => {
  expect(cases[0].name).toBe('record/no-view/3-tags');
});

test('oriel comes first in every case, and no peer twice', () => {
  expect(cases.filter(({ peers }) => peers[0].name !== 'oriel' || !isContender(peers[0]))).toEqual([]);
  expect(cases.filter(({ peers }) => new Set(peers.map(({ name }) => name)).size < peers.length)).toEqual([]);
});

test('whoever is skipped has a reason', () => {
  const skipped = cases.flatMap(({ peers }) => peers.filter((peer) => !isContender(peer)));
  expect(skipped.filter((peer) => !('skip' in peer) || peer.skip === '')).toEqual([]);
});

test('each file has the cases it is listed with', async () => {
  for (const { file, case: one } of listedCases) {
    const found = (await import(file.href)) as { readonly cases: readonly { readonly name: string }[] };
    expect(found.cases.map(({ name }) => name)).toContain(one.name);
  }
});

test('casesMatching() finds names by any part of them', () => {
  expect(casesMatching('').length).toBe(cases.length);
  expect(casesMatching('scrape-http/mixed').map(({ case: { name } }) => name)).toEqual([
    'scrape-http/mixed-unchanged/240k',
    'scrape-http/mixed-changed/240k',
  ]);
  expect(casesMatching('nothing has this name')).toEqual([]);
});

test('every target is measured where all peers of all cases are', () => {
  const results = cases.map((one) => ({
    case: one,
    outcomes: one.peers.filter(isContender).map(({ name: peer }) => ({ peer, runs: [1] })),
  }));
  expect(targets.filter((target) => target.of(measuredIn(results)) === undefined)).toEqual([]);
});
