/** A field of a protobuf message: a varint, or the bytes of a text or message. Of other fields there is only the place. */
interface ReadField {
  readonly field: number;
  readonly value: number | Buffer;
}

/** The byte strings of one field of a message. Errors: of what is no message. */
export function messagesIn(message: Uint8Array, wanted: number): Buffer[] {
  return [...fieldsIn(message)].flatMap(({ field, value }) =>
    field === wanted && Buffer.isBuffer(value) ? [value] : [],
  );
}

/** A varint of a message; 0 where it has none. */
export function numberIn(message: Uint8Array, wanted: number): number {
  const found = [...fieldsIn(message)].find(({ field }) => field === wanted)?.value;
  return typeof found === 'number' ? found : 0;
}

function* fieldsIn(message: Uint8Array): Generator<ReadField> {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) {
      yield { field, value: varint() };
    } else if (wire === 2) {
      const length = varint();
      yield { field, value: bytes.subarray(at, at + length) };
      at += length;
    } else {
      at += wire === 1 ? 8 : 4;
    }
  }
}
