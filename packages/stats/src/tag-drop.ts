/** Why a list of changes was dropped, whole. */
export type TagChangeFault = 'key_invalid' | 'value_invalid' | 'change_invalid';

/** Why a wire format cannot carry a tag, which is then left out alone. */
export type TagWireFault = 'value_too_long' | 'value_not_ascii' | 'reserved_character';

/** Why tags were left out. */
export type TagDropReason = TagChangeFault | TagWireFault;

/**
 * Called for what was left out, to count it.
 *
 * `reason` is one of a few and fit for a label. `key` is not: it may be anything a peer sent, and it is
 * empty where no key could be read.
 */
export type OnTagDropped = (reason: TagDropReason, key: string) => void;

/** Tells the callback, which may be missing and must not hurt the caller. */
export function reportDrop(onDropped: OnTagDropped | undefined, reason: TagDropReason, key: string): void {
  try {
    onDropped?.(reason, key);
  } catch {
    // Whoever counts drops is not worth a failed request.
  }
}
