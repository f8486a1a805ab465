type Recorder = (event: unknown) => unknown;

/**
 * The same functions, none of which throws: an event that cannot be read is dropped and told to `onDropped`.
 *
 * Shape: functions of one event or none; those that answer a function answer one that does nothing.
 */
export function quiet<T extends object>(recorders: T, onDropped: (event: string) => void): T {
  const guarded = Object.entries(recorders).map(([name, recorder]) => [
    name,
    quietly(recorder as Recorder, () => onDropped(name)),
  ]);
  return Object.freeze(Object.fromEntries(guarded)) as T;
}

/** As {@link quiet}, for one function. */
export function quietly(recorder: Recorder, onDropped: () => void): Recorder {
  return (event) => {
    try {
      return recorder(event);
    } catch {
      onDropped();
      return nothing;
    }
  };
}

function nothing(): void {}
