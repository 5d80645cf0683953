/** Numbers that look like chance and are always the same for a seed. */

/** Numbers from 0 to 1: a linear congruential generator with the constants of Knuth's MMIX. */
export function chanceOf(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}
