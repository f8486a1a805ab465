/** One number, to be written and read at once as {@link halves}; nobody keeps it. */
export const float: Float64Array = new Float64Array(1);

/** The bits of {@link float}: {@link HIGH} has sign, exponent and 20 bits of the fraction, {@link LOW} the other 32. */
export const halves: Uint32Array = new Uint32Array(float.buffer);

// Which half of a number holds its exponent depends on the machine's byte order.
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export const HIGH: number = littleEndian ? 1 : 0;
export const LOW: number = 1 - HIGH;
