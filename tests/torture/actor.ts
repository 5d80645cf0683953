/** Somebody who has an account and does one thing after the other with it; and what is known of it outside of the program. */
import { apiBase } from "../blackbox/support/contract";
import { problemType, signedInOf, type Outgoing, type Reply, type SignedIn } from "../blackbox/support/client";
import { newPassword } from "../blackbox/support/secrets";
import { Belongings } from "./belongings";
import type { Chance } from "./chance";
import { answerOf, Fact, Lost } from "./fact";
import { Talks } from "./talks";
import type { World } from "./world";

const auth = `${apiBase}/auth`;

/** A sign-in beside the one that the actor works with. */
interface Session {
  access: string;
  refresh: string;
  lives: Fact<boolean>;
  /** When a refresh was left without an answer, by performance.now(). */
  lostAt: number | undefined;
}

/** A refresh token that was used gives its successor again for ten seconds; later it ends its session, as it should. */
const grace = 8000;
/** Who signed in longer ago than ten minutes is asked again; nobody here goes on for so long. */
const proofHolds = 240_000;

export class Actor {
  id = "";
  /** The access token in use. */
  token = "";
  /** Access and personal tokens that were ended: they stay so. */
  died: string[] = [];
  readonly account = new Fact<"none" | "there" | "gone">("none");
  private readonly passwords: string[] = [newPassword()];
  private session: Session | undefined;
  private others: Session[] = [];
  /** When it said last who it is, by performance.now(). */
  private proved = 0;
  private hasModel = false;
  private readonly own = new Belongings();
  private readonly talks = new Talks();

  constructor(
    readonly world: World,
    readonly chance: Chance,
    readonly email: string,
  ) {}

  /** What came back; undefined when the line was cut, or when the answer was a refusal that is to be expected now. */
  async ask(good: number[], method: string, path: string, out: Outgoing = {}): Promise<Reply | undefined> {
    const { world } = this;
    const reply = await answerOf(async () => await world.program.send(method, path, { token: this.token, timeout: 60_000, ...out }));
    if (reply === undefined) {
      world.cut += 1;
      return undefined;
    }
    if (good.includes(reply.status)) {
      world.acknowledged += 1;
      return reply;
    }
    // A sign-in that was cut off counts as a wrong guess, and after some of them one has to wait.
    if (!world.refusals.has(reply.status) && problemType(reply) !== "too-many-attempts") throw new Lost(`${method} ${path} of ${this.email} → ${reply.status}: ${reply.text.slice(0, 500)}`);
    world.refused.set(reply.status, (world.refused.get(reply.status) ?? 0) + 1);
    return undefined;
  }

  /** An act on something whose result is to be this. */
  async change<T>(fact: Fact<T>, value: T, good: number[], method: string, path: string, out: Outgoing = {}): Promise<Reply | undefined> {
    const reply = await this.ask(good, method, path, out);
    if (reply === undefined) fact.mayBe(value);
    else fact.is(value);
    return reply;
  }

  /** There is no reason not to answer this. */
  async must(good: number[], method: string, path: string, out: Outgoing = {}): Promise<Reply> {
    const reply = await this.world.program.send(method, path, { token: this.token, timeout: 60_000, ...out });
    if (!good.includes(reply.status)) throw new Lost(`${method} ${path} of ${this.email} → ${reply.status}, not ${good.join(" or ")}: ${reply.text.slice(0, 500)}`);
    return reply;
  }

  async read(path: string): Promise<Reply> {
    return await this.must([200], "GET", path);
  }

  /** One act. */
  async act(): Promise<void> {
    if (this.account.known !== "there") {
      if (this.account.known === "none" && this.account.isSure) await this.register();
      return;
    }
    if (!this.account.isSure || this.session === undefined) return;
    if (!this.hasModel) {
      await this.setUp();
      return;
    }
    const acts: [number, () => Promise<void>][] = [
      [10, async () => await this.own.act(this)],
      [4, async () => await this.talks.act(this)],
      [2, async () => await this.refresh(this.session as Session)],
      [1, async () => await this.actOnSessions()],
      [0.08, async () => await this.changePassword()],
    ];
    await this.chance.weighed(acts)();
  }

  get isThere(): boolean {
    return this.account.known === "there";
  }

  private async register(): Promise<void> {
    const json = { email: this.email, password: this.passwords[0], refresh_token_in: "body" };
    // After a cut line and a second attempt it is there already.
    const reply = await this.change(this.account, "there", [201], "POST", `${auth}/register`, { json, token: undefined });
    if (reply !== undefined) this.begin(signedInOf(reply));
  }

  private begin(made: SignedIn): void {
    this.id = made.user.id;
    this.proved = performance.now();
    this.token = made.access_token;
    this.session = { access: made.access_token, refresh: made.refresh_token as string, lives: new Fact(true), lostAt: undefined };
  }

  private async setUp(): Promise<void> {
    const { models } = this.world;
    const json = { provider: "openai", base_url: `${models.origin}/v1`, api_key: models.key, model: "gpt-small" };
    const reply = await this.ask([200], "POST", `${apiBase}/settings/llm`, { json });
    if (reply !== undefined) this.hasModel = true;
  }

  private async refresh(session: Session): Promise<void> {
    if (session.lostAt !== undefined && performance.now() - session.lostAt > grace) return;
    const reply = await this.ask([200], "POST", `${auth}/refresh`, { json: { refresh_token: session.refresh }, token: undefined });
    if (reply === undefined) {
      session.lostAt ??= performance.now();
      return;
    }
    const { access_token, refresh_token } = signedInOf(reply);
    [session.access, session.refresh, session.lostAt] = [access_token, refresh_token as string, undefined];
    if (session === this.session) this.token = access_token;
  }

  private async actOnSessions(): Promise<void> {
    const sure = this.others.filter((each) => each.lives.isSure && each.lives.known);
    if (sure.length < 2) {
      if (this.passwords.length > 1) return;
      const reply = await this.signIn(this.passwords.at(-1) as string);
      if (reply?.status === 200) this.others.push(sessionOf(reply));
    } else if (this.chance.happens(0.7)) {
      const session = this.chance.pick(sure);
      if (this.chance.happens(0.5)) await this.refresh(session);
      else await this.change(session.lives, false, [204], "POST", `${auth}/logout`, { json: { refresh_token: session.refresh }, token: session.access });
    } else {
      const reply = await this.ask([204], "POST", `${auth}/logout-all`, { json: { except_current: true } });
      this.allOthersEnded(reply !== undefined);
    }
  }

  private allOthersEnded(isSure: boolean): void {
    for (const { lives } of this.others) if (isSure) lives.is(false);
      else lives.mayBe(false);
  }

  private async signIn(password: string): Promise<Reply | undefined> {
    return await this.ask([200], "POST", `${auth}/login`, { json: { email: this.email, password, refresh_token_in: "body" }, token: undefined });
  }

  /** Ends all other sessions and the personal tokens. */
  private async changePassword(): Promise<void> {
    if (this.passwords.length > 1) return;
    const [current, next] = [this.passwords.at(-1) as string, newPassword()];
    const reply = await this.ask([200], "POST", `${auth}/password`, { json: { current_password: current, new_password: next } });
    this.allOthersEnded(reply !== undefined);
    for (const fact of this.own.of("token").values()) if (fact.known !== null) if (reply !== undefined) fact.is(null);
      else fact.mayBe(null);
    this.passwords.push(next);
    if (reply !== undefined) {
      this.passwords.splice(0, this.passwords.length - 1);
      this.died.push(this.token);
      this.token = signedInOf(reply).access_token;
      (this.session as Session).access = this.token;
    }
  }

  /** The account is deleted with all it has. */
  async leave(): Promise<void> {
    if (!this.isThere || !this.account.isSure || this.session === undefined) return;
    const reply = await this.change(this.account, "gone", [204], "DELETE", `${auth}/me`);
    if (reply !== undefined) this.died.push(this.token);
  }

  /** Everything that was acknowledged is there, everything that was ended stays so, and nothing else is there. */
  async check(programIsNew = true): Promise<void> {
    if (this.account.known === "none" && this.account.isSure) return;
    if (performance.now() - this.proved > proofHolds) this.forgetSession();
    await this.checkSignIn();
    for (const token of this.died.slice(-6)) await this.must([401], "GET", `${auth}/me`, { token });
    if (!this.isThere) {
      this.talks.drop();
      return;
    }
    for (const each of this.others) await this.checkSession(each);
    this.others = this.others.slice(-6);
    if (!this.hasModel) return;
    await this.own.check(this);
    await this.talks.check(this, programIsNew);
  }

  /** A thing of somebody else is not there. */
  async looksFor(path: string): Promise<void> {
    if (this.isThere) await this.must([404], "GET", path);
  }

  /** A chart and a conversation, for others to look for. */
  get somePaths(): string[] {
    return [...this.own.ids].filter(([name]) => name.startsWith("chart ")).slice(0, 2).map(([, id]) => `${apiBase}/charts/${id}`);
  }

  /** Signs in anew when it is looked at next: an old proof of who it is shows no secret. */
  forgetSession(): void {
    this.session = undefined;
  }

  private async checkSignIn(): Promise<void> {
    const session = this.session;
    if (session !== undefined && this.account.isSure && this.account.known === "there" && this.passwords.length === 1) {
      if (session.lostAt === undefined || performance.now() - session.lostAt < grace) {
        await this.refresh(session);
        if (session.lostAt === undefined) {
          await this.must([200], "GET", `${auth}/me`);
          return;
        }
      }
    }
    // The latest password first. One that was not acknowledged may hold or not, but exactly one of them does.
    for (const password of [...this.passwords].reverse()) {
      const json = { email: this.email, password, refresh_token_in: "body" };
      const reply = await this.must([200, 401], "POST", `${auth}/login`, { json, token: undefined });
      if (reply.status !== 200) continue;
      this.account.settle("there", `the account ${this.email}`);
      this.passwords.splice(0, this.passwords.length, password);
      this.begin(signedInOf(reply));
      return;
    }
    // That nobody can sign in means that there is no such account, whatever it was.
    this.account.settle(this.account.known === "none" ? "none" : "gone", `the account ${this.email}`);
  }

  private async checkSession(session: Session): Promise<void> {
    const { status } = await this.must([200, 401], "GET", `${auth}/me`, { token: session.access });
    session.lives.settle(status === 200, `that a session of ${this.email} lives`);
    if (session.lives.known) await this.refresh(session);
    else await this.must([401], "POST", `${auth}/refresh`, { json: { refresh_token: session.refresh }, token: undefined });
  }
}

const sessionOf = (reply: Reply): Session => {
  const { access_token, refresh_token } = signedInOf(reply);
  return { access: access_token, refresh: refresh_token as string, lives: new Fact(true), lostAt: undefined };
};
