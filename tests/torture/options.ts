import type { DatabaseKind } from "../blackbox/support/environment";

export interface Options {
  database: DatabaseKind;
  /** Of the case `kill`. */
  cycles: number;
  /** Of the case `soak`; the others are bounded by themselves, and shorter when `isShort`. */
  minutes: number;
  seed: number;
  /** Enough to see that the case itself works. */
  isShort: boolean;
  /** Something about how far it is. */
  tell: (what: string) => void;
}
