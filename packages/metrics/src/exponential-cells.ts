// The two cells of a row: its sum, and a place.
export const STRIDE = 2;
export const SUM = 0;
export const PLACE = 1;

// A place is the address of a block, as the heap gives it, and above 32 bits a shape: 0 to begin with.
export const SHAPE_UNIT: number = 2 ** 32;

// A shape: how often the resolution was halved, and what makes recording slower.
export const HALVINGS = 0xf;
export const WIDENED = 0x10;
export const SCHEDULED = 0x20;
export const CROWDED = 0x40;

export function shapeOf(place: number): number {
  return Math.floor(place / SHAPE_UNIT);
}
