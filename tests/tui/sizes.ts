// tui tests: the sizes that screens are held at.

/** Narrow, usual, broad. */
export const SIZES = [
  { columns: 40, rows: 24 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 30 },
] as const;
