import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CircuitBreaker, type CircuitState } from '../resiliency/circuit-breaker.ts';

function breaker(failures = 3, openMs = 100) {
  const changes: CircuitState[] = [];
  const clock = { now: 0 };
  const onChange = (state: CircuitState): void => void changes.push(state);
  return {
    changes,
    clock,
    circuit: new CircuitBreaker({ failures, openMs, onChange, now: () => clock.now }),
  };
}

describe('CircuitBreaker', () => {
  test('opens with the last of the failures in a row, and a success in between starts the count anew', () => {
    const { circuit, changes } = breaker(3);
    for (const success of [false, false, true, false, false]) circuit.admit()?.(success);
    expect([circuit.state, changes]).toEqual(['closed', []]);
    circuit.admit()?.(false);
    expect([circuit.state, changes]).toEqual(['open', ['open']]);
    expect(circuit.admit()).toBeUndefined();
  });

  test('lets one call through after its time, and no other until that one ended', () => {
    const { circuit, clock } = breaker(1, 100);
    circuit.admit()?.(false);
    clock.now = 99;
    expect(circuit.admit()).toBeUndefined();
    clock.now = 100;
    const report = circuit.admit();
    expect([circuit.state, circuit.admit()]).toEqual(['half-open', undefined]);
    report?.(true);
    expect(circuit.state).toBe('closed');
  });

  test('opens again for its whole time when the one call fails', () => {
    const { circuit, clock, changes } = breaker(1, 100);
    circuit.admit()?.(false);
    clock.now = 100;
    circuit.admit()?.(false);
    clock.now = 199;
    expect(circuit.admit()).toBeUndefined();
    clock.now = 200;
    circuit.admit()?.(true);
    expect(changes).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('does not hear of calls that began before the last change', () => {
    const { circuit, clock } = breaker(1, 100);
    const slow = circuit.admit();
    circuit.admit()?.(false);
    slow?.(true);
    expect(circuit.state).toBe('open');
    clock.now = 100;
    const probe = circuit.admit();
    slow?.(false);
    expect(circuit.state).toBe('half-open');
    probe?.(true);
    slow?.(false);
    expect(circuit.state).toBe('closed');
  });

  test('never lets a call through while it is open, and always does again in the end, whatever happens', () => {
    const step = fc.record({ wait: fc.nat(150), ends: fc.constantFrom('well', 'badly', 'never') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { circuit, clock } = breaker(2, 100);
        let openedAt = Number.NEGATIVE_INFINITY;
        for (const { wait, ends } of steps) {
          clock.now += wait;
          const report = circuit.admit();
          if (report !== undefined) expect(clock.now - openedAt).toBeGreaterThanOrEqual(100);
          if (ends === 'never' && circuit.state === 'half-open') report?.(false);
          else if (ends !== 'never') report?.(ends === 'well');
          if (circuit.state === 'open') openedAt = report === undefined ? openedAt : clock.now;
          else openedAt = Number.NEGATIVE_INFINITY;
        }
        clock.now += 100;
        expect(circuit.admit()).toBeDefined();
      }),
    );
  });
});
