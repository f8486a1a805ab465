import { expect, test } from 'vitest';
import { QuantileWindow } from '../src/quantile-window.ts';

function windowAt(start: number) {
  const clock = { now: start };
  const window = new QuantileWindow({
    objectives: [[0.5, 0.001]],
    maxAgeMs: 50,
    ageBuckets: 5,
    bufferSize: 3,
    now: () => clock.now,
  });
  const at = (now: number): number => {
    clock.now = now;
    return window.values()[0];
  };
  const observe = (now: number, ...values: number[]): void => {
    clock.now = now;
    for (const value of values) window.observe(value);
  };
  return { at, observe };
}

test('an empty window is NaN', () => {
  expect(windowAt(0).at(0)).toBeNaN();
});

test('a value is seen for the whole age and not after it', () => {
  const { at, observe } = windowAt(0);
  observe(0, 7);
  expect([0, 10, 49, 50].map(at)).toEqual([7, 7, 7, Number.NaN]);
});

test('values leave the window step by step, in the order they came', () => {
  const { at, observe } = windowAt(0);
  for (const step of [0, 1, 2, 3, 4, 5, 6]) observe(step * 10, step, step, step);
  // The oldest stream left began at 20.
  expect(at(60)).toBe(4);
  expect(at(70)).toBe(4);
  expect(at(80)).toBe(5);
  expect(at(100)).toBe(6);
  expect(at(110)).toBeNaN();
});

test('each age bucket counts a value once', () => {
  const { at, observe } = windowAt(0);
  observe(0, 1, 1, 1, 1);
  observe(0, 9, 9, 9);
  expect([0, 10, 20, 30, 40].map(at)).toEqual([1, 1, 1, 1, 1]);
});

test('after a long pause the window begins anew and holds for its whole age', () => {
  const { at, observe } = windowAt(0);
  observe(0, 1);
  observe(100_003, 7);
  observe(100_003, 7);
  expect([100_003, 100_030, 100_052].map(at)).toEqual([7, 7, 7]);
  expect(at(100_053)).toBeNaN();
});

test('reading changes nothing', () => {
  const { at, observe } = windowAt(0);
  observe(5, 1, 2, 3);
  expect([at(6), at(6), at(6)]).toEqual([2, 2, 2]);
});
