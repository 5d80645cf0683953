/** Conversations of an account: what was said stands there once and in its order, what was shown of an answer is its beginning. */
import { chatBase, type Accepted, type ChatMessage, type Conversation } from "../blackbox/support/chats";
import { Reader, Socket } from "../blackbox/support/socket";
import type { Actor } from "./actor";
import { Fact, Lost, isCut } from "./fact";
import { answerTo } from "./world";

interface Talk {
  id: string;
  isThere: Fact<boolean>;
  /** What was asked and acknowledged. */
  said: string[];
  /** Asked without an answer: the request is made again with the same key. */
  open: { key: string; message: string } | undefined;
  /** Who listens to the answer that is on its way. */
  reader: Reader | undefined;
  /** The frame of the socket up to which the reader has listened, and the event behind which it began. */
  heard: number;
  after: number;
}

const mostTalks = 4;
const mostSaid = 4;

export class Talks {
  private readonly all: Talk[] = [];
  /** Removed for good, and still looked for. */
  private gone: string[] = [];
  private socket: Socket | undefined;
  /** Conversations that the socket listens to. */
  private readonly listening = new Set<string>();
  private made = 0;

  async act(actor: Actor): Promise<void> {
    const { chance } = actor;
    const talk = this.all.length > 0 && chance.happens(0.6) ? chance.pick(this.all) : undefined;
    if (talk === undefined ? this.all.length >= mostTalks : talk.said.length >= mostSaid) {
      await this.remove(actor, talk ?? chance.pick(this.all));
      return;
    }
    await this.say(actor, talk);
    if (chance.happens(0.5)) await this.listenOn(actor, talk ?? this.all.at(-1));
  }

  private async say(actor: Actor, talk: Talk | undefined): Promise<void> {
    if (talk !== undefined && (talk.open !== undefined || this.isRunning(talk) || !talk.isThere.isSure)) return;
    this.made += 1;
    const message = `Question ${this.made} of ${actor.email}`;
    const key = `say-${actor.email}-${this.made}`;
    let at = talk;
    if (at === undefined) this.all.push((at = { id: "", isThere: new Fact(false), said: [], open: undefined, reader: undefined, heard: 0, after: 0 }));
    at.open = { key, message };
    await this.ask(actor, at);
  }

  /** Says what is open. Idempotent by its key. */
  private async ask(actor: Actor, talk: Talk): Promise<void> {
    const { key, message } = talk.open as { key: string; message: string };
    // What comes before the answer is heard, too: a conversation of before is listened to all the time.
    const from = this.socket?.frames.length ?? 0;
    const json = talk.id === "" ? { message } : { message, conversation_id: talk.id };
    const reply = await actor.ask([202], "POST", `${chatBase}/`, { json, headers: { "Idempotency-Key": key } });
    if (reply === undefined) return;
    const accepted = reply.json as Accepted;
    talk.open = undefined;
    talk.id = accepted.conversation_id;
    talk.isThere.is(true);
    talk.said.push(message);
    await this.listen(actor, talk, accepted.seq, from);
  }

  private async listen(actor: Actor, talk: Talk, after: number, from: number): Promise<void> {
    talk.reader = new Reader(talk.id, after);
    talk.after = after;
    talk.heard = from;
    try {
      if (this.socket?.isOpen !== true) {
        this.drop();
        this.socket = await Socket.open(actor.world.program, { bearer: actor.token, inHeader: true });
        talk.heard = 0;
      }
      if (!this.listening.has(talk.id)) this.socket.send({ type: "subscribe", conversation_id: talk.id, after });
      this.listening.add(talk.id);
    } catch (why) {
      if (!isCut(why) && (why as Error).message !== "closed before the answer" && actor.world.refusals.size === 0) throw why;
      talk.reader = undefined;
    }
  }

  /** Takes what the socket has heard. */
  private hear(talk: Talk): void {
    const { reader } = talk;
    if (this.socket === undefined || reader === undefined) return;
    for (const frame of this.socket.frames.slice(talk.heard)) {
      const isOlder = frame.conversation_id === talk.id && frame.seq !== undefined && frame.seq <= talk.after;
      if (!isOlder) reader.hear(frame);
    }
    talk.heard = this.socket.frames.length;
  }

  private isRunning(talk: Talk): boolean {
    this.hear(talk);
    return talk.said.length > 0 && talk.reader?.ended === undefined;
  }

  /** Waits for the end of an answer, as somebody who reads it does. */
  private async listenOn(actor: Actor, talk: Talk | undefined): Promise<void> {
    const { socket } = this;
    if (talk?.reader === undefined || socket === undefined) return;
    const { world } = actor;
    await socket.until(() => world.isOver || !socket.isOpen || !this.isRunning(talk), "the answer", world.refusals.size > 0 ? 2000 : 180_000).catch((why: unknown) => {
      if (world.refusals.size === 0) throw why;
    });
  }

  private async remove(actor: Actor, talk: Talk): Promise<void> {
    if (talk.open !== undefined || talk.id === "") return;
    const reply = await actor.change(talk.isThere, false, [200, ...(talk.isThere.isSure ? [] : [404])], "DELETE", `${chatBase}/${talk.id}?permanently=true`);
    if (reply === undefined) return;
    this.forget(talk);
  }

  private forget(talk: Talk): void {
    this.all.splice(this.all.indexOf(talk), 1);
    this.gone.push(talk.id);
    // A socket listens to 32 conversations at most, also to those that are gone.
    if (this.listening.delete(talk.id) && this.socket?.isOpen === true) this.socket.send({ type: "unsubscribe", conversation_id: talk.id });
  }

  /** Everything is compared with what the program shows. Who listened to a program that was killed begins anew. */
  async check(actor: Actor, programIsNew: boolean): Promise<void> {
    for (const talk of [...this.all]) {
      // It may have been a new conversation: the key says which.
      if (talk.open !== undefined && talk.id !== "") await this.settleOpen(actor, talk);
      else if (talk.open !== undefined) await this.ask(actor, talk);
      this.hear(talk);
      const reply = await actor.must([200, 404], "GET", `${chatBase}/${talk.id}`);
      talk.isThere.settle(reply.status === 200, `the conversation ${talk.id} of ${actor.email}`);
      if (!talk.isThere.known) {
        this.forget(talk);
        continue;
      }
      const shown = reply.json as Conversation;
      this.compare(actor, talk, shown);
      if (shown.status === "idle" || shown.status === "cancelled") {
        this.hear(talk);
        talk.reader = new Reader(talk.id, shown.seq);
        talk.after = shown.seq;
        talk.heard = this.socket?.frames.length ?? 0;
        talk.reader.ended = { type: "status", timestamp: "", status: "idle" };
      } else if (programIsNew) talk.reader = undefined;
    }
    if (programIsNew) this.drop();
    const { conversations } = (await actor.read(`${chatBase}/?limit=100`)).json as { conversations: { conversation_id: string }[] };
    const [listed, known] = [conversations.map((each) => each.conversation_id).sort(), this.all.map((each) => each.id).sort()];
    if (listed.join() !== known.join()) throw new Lost(`${actor.email} has the conversations ${listed.join(", ")} instead of ${known.join(", ")}`);
    for (const id of this.gone) await actor.must([404], "GET", `${chatBase}/${id}`);
    this.gone = this.gone.slice(-5);
  }

  /** In a conversation that is known: whether the message is there tells whether it was taken. */
  private async settleOpen(actor: Actor, talk: Talk): Promise<void> {
    const reply = await actor.must([200, 404], "GET", `${chatBase}/${talk.id}`);
    const isThere = reply.status === 200 && (reply.json as Conversation).messages.some((each) => each.content === talk.open?.message);
    // Asked once more it is still there once; but not while an answer is on its way, which refuses whatever is new.
    if (isThere || (reply.status === 200 && (reply.json as Conversation).status === "idle")) await this.ask(actor, talk);
    else talk.open = undefined;
  }

  private compare(actor: Actor, talk: Talk, shown: Conversation): void {
    const where = `the conversation ${talk.id} of ${actor.email}`;
    const said = shown.messages.filter((each) => each.role === "user").map((each) => each.content);
    if (said.join("\n") !== talk.said.join("\n")) throw new Lost(`in ${where} stands ${JSON.stringify(said)} instead of ${JSON.stringify(talk.said)}`);
    shown.messages.forEach((message, i) => {
      if (message.role === "assistant") compareAnswer(where, shown.messages[i - 1]?.content ?? "", message);
    });
    const heard = talk.reader?.text ?? "";
    const last = shown.messages.at(-1);
    const kept = last?.role === "assistant" ? last.content : (shown.run?.content ?? "");
    if (!kept.startsWith(heard)) throw new Lost(`in ${where} ${heard.length} characters were shown, and ${kept.length} are kept`);
  }

  drop(): void {
    this.socket?.drop();
    this.socket = undefined;
    this.listening.clear();
  }
}

function compareAnswer(where: string, question: string, answer: ChatMessage): void {
  const whole = answerTo(question);
  const isGood = answer.finish === "complete" ? answer.content === whole : whole.startsWith(answer.content);
  if (!isGood) throw new Lost(`in ${where} the answer to “${question}” (${answer.finish}) is ${JSON.stringify(answer.content.slice(0, 200))}`);
}
