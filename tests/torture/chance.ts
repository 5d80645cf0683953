/** Choices that are made again when the seed is the same. */
import { chanceOf } from "../blackbox/support/chance";

export class Chance {
  private readonly next: () => number;

  constructor(readonly seed: number) {
    this.next = chanceOf(seed);
    // The first numbers of near seeds are near each other.
    for (let i = 0; i < 4; i += 1) this.next();
  }

  /** From 0 up to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  from(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True in this part of all cases. */
  happens(part: number): boolean {
    return this.next() < part;
  }

  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  /** One of them, by its weight. */
  weighed<T>(all: readonly (readonly [number, T])[]): T {
    let left = this.next() * all.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, each] of all) if ((left -= weight) < 0) return each;
    return (all.at(-1) as readonly [number, T])[1];
  }

  /** Another one, for somebody who chooses at the same time. */
  branch(): Chance {
    return new Chance(this.below(2 ** 31));
  }
}
