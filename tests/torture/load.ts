/** Mixed load: some people who do one thing after the other, until they are told to stop. */
import { setTimeout as pause } from "node:timers/promises";
import { Actor } from "./actor";
import type { Chance } from "./chance";
import { Lost } from "./fact";
import type { World } from "./world";

export interface Crowd {
  people: number;
  /** Milliseconds between two acts of one of them. */
  pause?: number;
}

export class Load {
  readonly actors: Actor[] = [];
  /** Who does nothing any more: what they had is looked at once more at the end. */
  readonly retired: Actor[] = [];
  /** Ids of accounts that were deleted. */
  readonly left: string[] = [];
  private met = 0;
  private running: Promise<unknown> = Promise.resolve();
  private fault: Error | undefined;

  constructor(
    private readonly world: World,
    private readonly chance: Chance,
    private readonly crowd: Crowd,
  ) {}

  private meet(): Actor {
    this.met += 1;
    const actor = new Actor(this.world, this.chance.branch(), `p${this.met}-${this.chance.seed.toString(36)}@example.com`);
    this.actors.push(actor);
    return actor;
  }

  /** Everybody goes on, and those that are missing come. */
  begin(): void {
    this.world.isOver = false;
    while (this.actors.length < this.crowd.people) this.meet();
    this.running = Promise.all(this.actors.map(async (actor) => await this.live(actor)));
    // Told by `end`.
    this.running.catch(() => undefined);
  }

  private async live(actor: Actor): Promise<void> {
    try {
      while (!this.world.isOver) {
        await actor.act();
        const wait = this.crowd.pause === undefined ? 0 : this.chance.below(2 * this.crowd.pause);
        await pause(wait);
      }
    } catch (why) {
      this.fault ??= why as Error;
      this.world.isOver = true;
      throw why;
    }
  }

  /** Nobody begins anything any more, and what was begun has its answer or will never have one. */
  async end(): Promise<void> {
    this.world.isOver = true;
    await this.running;
  }

  /** One of them hit upon a fault. */
  get isBroken(): boolean {
    return this.fault !== undefined;
  }

  /** Everything acknowledged is there, everything ended stays so, nothing is there twice, and nobody sees what is another's. */
  async check(programIsNew = true): Promise<void> {
    // Who was cut off again and again while signing in would have to wait.
    await this.world.desk.installation.query("DELETE FROM login_counters");
    await Promise.all(this.actors.map(async (actor) => await actor.check(programIsNew)));
    for (const [i, actor] of this.actors.entries()) {
      const other = this.actors[(i + 1) % this.actors.length] as Actor;
      if (other !== actor) for (const path of other.somePaths) await actor.looksFor(path);
    }
    for (const actor of this.actors.filter((each) => each.account.known === "gone")) {
      this.actors.splice(this.actors.indexOf(actor), 1);
      this.left.push(actor.id);
    }
  }

  /** So many make room for others: this part of them delete their account, the others keep it. */
  async renew(count: number, leaving = 0.5): Promise<void> {
    for (let i = 0; i < count && this.actors.length > 0; i += 1) {
      const actor = this.actors.shift() as Actor;
      if (this.chance.happens(leaving)) {
        this.actors.push(actor);
        await actor.leave();
      } else {
        actor.forgetSession();
        this.retired.push(actor);
      }
    }
  }

  /** Nothing is left of those who deleted their account. */
  async checkLeft(tables: string[]): Promise<void> {
    const ids = this.left.filter((id) => id !== "").slice(-50);
    if (ids.length === 0) return;
    const list = ids.map((id) => `'${id}'`).join(",");
    const counts = tables.map((table) => `SELECT '${table}', count(*) FROM ${table} WHERE user_id IN (${list})`);
    const said = await this.world.desk.installation.query(`${counts.join(" UNION ALL ")} UNION ALL SELECT 'users', count(*) FROM users WHERE id IN (${list})`);
    const rows = said.split("\n").filter((row) => !row.endsWith("|0"));
    if (rows.length > 0) throw new Lost(`of accounts that were deleted is left: ${rows.join(", ")}`);
  }

  /** Everybody signs in anew before they are looked at. */
  forgetSessions(): void {
    for (const actor of this.actors) actor.forgetSession();
  }

  /** Those who have done nothing for long have everything still. */
  async checkRetired(): Promise<void> {
    for (const actor of this.retired) await actor.check();
  }
}
