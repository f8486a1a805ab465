import { int64Length, tag, VARINT, varintLength, writeInt64, writeVarint } from './proto-wire.ts';

/** The bytes of a `google.protobuf.Timestamp`, fewer than 128. */
export function timeLength(milliseconds: number): number {
  const nanos = nanosOf(milliseconds);
  return 1 + int64Length(secondsOf(milliseconds)) + (nanos === 0 ? 0 : 1 + varintLength(nanos));
}

/** Writes a `google.protobuf.Timestamp { seconds = 1, nanos = 2 }` and returns the place behind it. */
export function writeTime(bytes: Uint8Array, at: number, milliseconds: number): number {
  bytes[at] = tag(1, VARINT);
  const end = writeInt64(bytes, at + 1, secondsOf(milliseconds));
  const nanos = nanosOf(milliseconds);
  if (nanos === 0) return end;
  bytes[end] = tag(2, VARINT);
  return writeVarint(bytes, end + 1, nanos);
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

// Never a whole second: that would be no time.
function nanosOf(milliseconds: number): number {
  return Math.min(999_999_999, Math.round((milliseconds - secondsOf(milliseconds) * 1000) * 1e6));
}
