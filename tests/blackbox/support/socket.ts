/** A client of `/ws/stream` on bare bytes (RFC 6455): it can send what no library would, and break off in the middle. */
import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket as Connection } from "node:net";
import { apiBase } from "./contract";
import { faultsOfSaid, faultsOfTold, type Frame } from "./frames";
import type { Program } from "./program";
import { plant } from "./secrets";
import { until } from "./until";

export interface OpenOptions {
  /** Its own address: one may have 512 sockets. */
  from?: string;
  /** As `?token=…`. Default: a fresh ticket for `bearer`. */
  token?: string | undefined;
  /** Whose access token; sent in a header when `inHeader`. */
  bearer?: string;
  inHeader?: boolean;
  headers?: Record<string, string>;
  query?: string;
  /** Does not hold frames against the contract, for measuring. */
  quick?: boolean;
}

/** The program answered by HTTP. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {
    super(`no socket: ${status} ${text.slice(0, 300)}`);
  }
  get type(): string {
    const body = this.text.slice(this.text.indexOf("\r\n\r\n") + 4);
    return ((JSON.parse(body) as { type: string }).type ?? "").replace("urn:kontor:problem:", "");
  }
}

export const ticketOf = async (program: Program, bearer: string): Promise<string> => {
  const reply = await program.send("POST", `${apiBase}/ws/ticket`, { token: bearer });
  if (reply.status !== 201) throw new Error(`ticket → ${reply.status}: ${reply.text}`);
  const { ticket } = reply.json as { ticket: string };
  plant(ticket);
  return ticket;
};

const opcode = { text: 1, close: 8, ping: 9, pong: 10 };

export class Socket {
  /** All frames so far, in their order. */
  readonly frames: Frame[] = [];
  /** By performance.now(), of each frame. */
  readonly heardAt: number[] = [];
  /** What was wrong with them by the contract. */
  readonly faults: string[] = [];
  /** The code of the closing frame; 1006 when there was none. */
  closeCode: number | undefined;
  private buffer: Buffer = Buffer.alloc(0);
  private fragments: Buffer[] = [];
  private heard: (() => void)[] = [];

  private constructor(
    private readonly connection: Connection,
    private readonly isQuick: boolean,
  ) {
    connection.on("data", (part) => this.take(part));
    connection.on("close", () => {
      this.closeCode ??= 1006;
      this.tell();
    });
    connection.on("error", () => undefined);
  }

  static async open(program: Program, options: OpenOptions = {}): Promise<Socket> {
    const { bearer, inHeader } = options;
    const token = options.token ?? (bearer !== undefined && inHeader !== true ? await ticketOf(program, bearer) : undefined);
    const query = options.query ?? (token === undefined ? "" : `?token=${encodeURIComponent(token)}`);
    const key = randomBytes(16).toString("base64");
    const headers: Record<string, string> = {
      Host: `127.0.0.1:${program.port}`,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Version": "13",
      ...(inHeader === true && bearer !== undefined ? { Authorization: `Bearer ${bearer}` } : {}),
      ...options.headers,
    };
    const connection = connect({ port: program.port, host: "127.0.0.1", localAddress: options.from });
    connection.setNoDelay(true);
    const head = `GET /ws/stream${query} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
    return await new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      const look = (part: Buffer): void => {
        received = Buffer.concat([received, part]);
        const end = received.indexOf("\r\n\r\n");
        if (end < 0) return;
        const text = received.toString("utf8");
        const status = Number(text.slice(9, 12));
        if (status !== 101) {
          const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
          if (received.length < end + 4 + length) return;
          connection.destroy();
          reject(new Refused(status, text));
          return;
        }
        const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        if (!text.includes(accept)) reject(new Error("the handshake was not accepted as RFC 6455 says"));
        connection.off("data", look);
        const socket = new Socket(connection, options.quick === true);
        socket.take(received.subarray(end + 4));
        resolve(socket);
      };
      connection.on("data", look);
      connection.once("error", reject);
      connection.once("close", () => reject(new Error("closed before the answer")));
      connection.write(head);
    });
  }

  /** Sends a frame that the contract knows. */
  send(frame: object): void {
    const faults = faultsOfSaid(frame);
    if (faults.length > 0) throw new Error(`a test sends what is no frame: ${faults.join("; ")}`);
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.write(opcode.text, Buffer.from(text));
  }

  /** The first frame from `from` on that is like this one; waits for it. */
  async next(like: Partial<Frame> | ((frame: Frame) => boolean), from = 0): Promise<Frame> {
    const fits = typeof like === "function" ? like : (frame: Frame): boolean => Object.entries(like).every(([name, value]) => frame[name as keyof Frame] === value);
    let found: Frame | undefined;
    await this.until(() => {
      found = this.frames.slice(from).find(fits);
      if (found === undefined && this.closeCode !== undefined) throw new Error(`closed with ${this.closeCode} while waiting for ${JSON.stringify(like)}; heard ${JSON.stringify(this.frames.slice(-5))}`);
      return found !== undefined;
    }, JSON.stringify(like));
    return found as Frame;
  }

  /** Waits without a pause of its own, for measuring. */
  async until(holds: () => boolean, what = "a condition", milliseconds = 60_000): Promise<void> {
    const end = Date.now() + milliseconds;
    while (!holds()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`waited in vain: ${what}; heard ${JSON.stringify(this.frames.slice(-5))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (this.faults.length > 0) throw new Error(`frames that break the contract:\n${this.faults.join("\n")}`);
  }

  async closes(): Promise<number> {
    await until("the socket closes", () => this.closeCode !== undefined);
    return this.closeCode as number;
  }

  get isOpen(): boolean {
    return this.closeCode === undefined;
  }

  /** As a dropped line: no closing frame. */
  drop(): void {
    this.connection.destroy();
  }

  async close(): Promise<void> {
    if (this.isOpen) this.write(opcode.close, Buffer.from([0x03, 0xe8]));
    await this.closes();
    this.connection.destroy();
    if (this.faults.length > 0) throw new Error(`frames that break the contract:\n${this.faults.join("\n")}`);
  }

  /** Reads nothing any more, so that what is sent piles up. */
  stopReading(): void {
    this.connection.pause();
  }

  private tell(): void {
    const all = this.heard;
    this.heard = [];
    for (const each of all) each();
  }

  private write(code: number, payload: Buffer): void {
    const mask = randomBytes(4);
    const masked = Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] as number)));
    const length = payload.length < 126 ? Buffer.from([0x80 | payload.length]) : payload.length < 65_536 ? Buffer.from([0xfe, payload.length >> 8, payload.length & 255]) : Buffer.concat([Buffer.from([0xff, 0, 0, 0, 0]), Buffer.from(Uint32Array.of(payload.length).buffer).reverse()]);
    this.connection.write(Buffer.concat([Buffer.from([0x80 | code]), length, mask, masked]));
  }

  private take(part: Buffer): void {
    this.buffer = this.buffer.length === 0 ? part : Buffer.concat([this.buffer, part]);
    while (this.takeOne());
    this.tell();
  }

  private takeOne(): boolean {
    const { buffer } = this;
    if (buffer.length < 2) return false;
    const [first, second] = [buffer[0] as number, buffer[1] as number];
    let at = 2;
    let length = second & 0x7f;
    if (length === 126) {
      if (buffer.length < 4) return false;
      length = buffer.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (buffer.length < 10) return false;
      length = Number(buffer.readBigUInt64BE(2));
      at = 10;
    }
    if (buffer.length < at + length) return false;
    const payload = buffer.subarray(at, at + length);
    this.buffer = buffer.subarray(at + length);
    this.understand(first, payload);
    return true;
  }

  private understand(first: number, payload: Buffer): void {
    const code = first & 0x0f;
    if (code === opcode.ping) this.write(opcode.pong, payload);
    if (code === opcode.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.connection.end();
    }
    if (code > 2) return;
    this.fragments.push(Buffer.from(payload));
    if ((first & 0x80) === 0) return;
    const text = Buffer.concat(this.fragments).toString("utf8");
    this.fragments = [];
    const frame = JSON.parse(text) as Frame;
    if (!this.isQuick) this.faults.push(...faultsOfTold(frame));
    this.frames.push(frame);
    this.heardAt.push(performance.now());
  }
}

/** What one reader knows of a conversation, over many sockets: its text, and that nothing was lost, doubled or reordered. */
export class Reader {
  seq: number;
  text = "";
  reasoning = "";
  result: Frame | undefined;
  calls: Frame[] = [];
  outcomes: Frame[] = [];
  error: Frame | undefined;
  ended: Frame | undefined;

  constructor(
    readonly conversation: string,
    seq = 0,
  ) {
    this.seq = seq;
  }

  hear(frame: Frame): void {
    if (frame.conversation_id !== this.conversation || frame.seq === undefined) return;
    if (frame.type === "subscribed") return;
    if (frame.type === "reload") throw new Error(`events were gone: ${JSON.stringify(frame)}`);
    if (frame.seq !== this.seq + 1) throw new Error(`after ${this.seq} came ${JSON.stringify(frame).slice(0, 300)}`);
    this.seq = frame.seq;
    // What was said so far stands in a message; the answer goes on behind it.
    if (frame.type === "message" && (frame.message as { role: string }).role === "assistant") this.text = "";
    if (frame.type === "tool_call") this.calls.push(frame);
    if (frame.type === "tool_result") this.outcomes.push(frame);
    if (frame.type === "text") {
      if (frame.offset !== Buffer.byteLength(this.text)) throw new Error(`a piece for ${frame.offset} came at ${Buffer.byteLength(this.text)}`);
      this.text += frame.text;
    }
    if (frame.type === "reasoning") this.reasoning += frame.text;
    if (frame.type === "result") this.result = frame;
    if (frame.type === "error") this.error = frame;
    if (frame.type === "status" && (frame.status === "idle" || frame.status === "cancelled")) this.ended = frame;
  }

  /** Takes what a socket heard from its frame `from` on, and returns where to go on. */
  hearAll(socket: Socket, from = 0): number {
    for (const frame of socket.frames.slice(from)) this.hear(frame);
    return socket.frames.length;
  }
}
