/** The journal, outside of the program: what it acknowledged of each thing, and what an act without an answer may have made of it. */
import type { Reply } from "../blackbox/support/client";

/** Something acknowledged is not there, or something else is. */
export class Lost extends Error {}

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

export class Fact<T> {
  private may: T[] = [];

  constructor(private value: T) {}

  /** As it was acknowledged last. */
  get known(): T {
    return this.value;
  }
  /** No act on it was left without an answer. */
  get isSure(): boolean {
    return this.may.length === 0;
  }

  /** It was acknowledged. */
  is(value: T): void {
    this.value = value;
    this.may = [];
  }

  /** Somebody asked for it, and there is no answer. */
  mayBe(value: T): void {
    this.may.push(value);
  }

  /** What is there now is what was acknowledged, or what was asked for last; it is known from now on. */
  settle(found: T, what: string): void {
    const all = [this.value, ...this.may].map(shown);
    if (!all.includes(shown(found))) throw new Lost(`${what} is ${shown(found)}, and not ${all.join(" or ")}`);
    this.is(found);
  }
}

const cutCodes = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ECONNABORTED"]);

/** The line was cut, or there was nobody. */
export const isCut = (why: unknown): boolean => cutCodes.has((why as NodeJS.ErrnoException).code ?? "") || /socket hang up|aborted|no answer in time/.test((why as Error).message ?? "");

/** The answer; undefined when the line was cut before it. */
export async function answerOf(ask: () => Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await ask();
  } catch (why) {
    if (isCut(why)) return undefined;
    throw why;
  }
}
