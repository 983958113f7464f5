// judges: chance from a seed, the same on every machine.

/** Draws that repeat for the same seed. */
export class Dice {
  #state: number;

  /** @param seed any whole number; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, but not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** True with the probability given. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of the list, which must hold something. */
  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)];
    if (found === undefined) {
      throw new RangeError("Cannot pick: found an empty list");
    }
    return found;
  }

  /** As many drawings of `make` as `between` gives. */
  several<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: this.between(least, most) }, make);
  }

  /** Writes each letter in a case of its own, now and then. */
  recase(text: string, probability: number): string {
    if (!this.chance(probability)) return text;
    return Array.from(
      text,
      (char) => this.chance(0.5) ? char.toUpperCase() : char.toLowerCase(),
    )
      .join("");
  }

  /** A list of one is also written as the value alone. */
  unlist<T>(list: T[]): T | T[] {
    const [only] = list;
    return list.length === 1 && only !== undefined && this.chance(0.5) ? only : list;
  }
}
