/** A mail server for the tests: real sockets, a real conversation, and every mood that a mail server can have. */
import net from "node:net";
import { plant } from "./secrets";
import { until } from "./until";

export interface ReceivedMail {
  /** Envelope. */
  from: string;
  to: string;
  /** By name in lower case, unfolded, encoded words decoded. */
  headers: Map<string, string>;
  /** As it travelled. */
  raw: string;
  /** Decoded. */
  body: string;
}

/**
 * take: as it should be. refuse: 451 to every recipient. silent: hears the recipient and never answers. cut: closes the
 * connection after the mail has arrived, without a word.
 */
export type Mood = "take" | "refuse" | "silent" | "cut";

export const publicUrl = "https://desk.example";
export const mailFrom = "desk@example.org";

export class MailServer {
  mood: Mood = "take";
  readonly mails: ReceivedMail[] = [];
  /** Recipients that were named, whatever came of it. */
  attempts = 0;
  port = 0;
  private server: net.Server | undefined;
  private readonly sockets = new Set<net.Socket>();

  static async start(): Promise<MailServer> {
    const made = new MailServer();
    await made.comeBack();
    return made;
  }

  /** Listens, on the port of before if there was one. */
  async comeBack(): Promise<void> {
    const server = net.createServer((socket) => this.converse(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (server.address() as net.AddressInfo).port;
    this.server = server;
  }

  async goDown(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const server = this.server;
    this.server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** What makes a program send its mails here. */
  get settings(): Record<string, string> {
    return { SMTP_URL: `smtp://127.0.0.1:${this.port}`, MAIL_FROM: mailFrom, PUBLIC_URL: publicUrl };
  }

  mailsTo(email: string): ReceivedMail[] {
    return this.mails.filter((mail) => mail.to === email);
  }

  /** The n-th mail to this address, once it has come. */
  async mailTo(email: string, n = 1): Promise<ReceivedMail> {
    await until(`mail ${n} to ${email}`, () => this.mailsTo(email).length >= n);
    return this.mailsTo(email)[n - 1] as ReceivedMail;
  }

  /** The n-th mail to this address whose subject ends so. Notices come when they come, between the other mails. */
  async mailAbout(email: string, about: string, n = 1): Promise<ReceivedMail> {
    return await this.found(email, about, n, (mail) => mail.headers.get("subject")?.endsWith(about) === true);
  }

  /** The n-th mail to this address that has a link with a token. */
  async mailWithToken(email: string, n = 1): Promise<ReceivedMail> {
    return await this.found(email, "with a token", n, (mail) => mail.body.includes("#token="));
  }

  /** Its token; remembers it as a secret. */
  async tokenTo(email: string, n = 1): Promise<string> {
    return tokenIn(await this.mailWithToken(email, n));
  }

  private async found(email: string, what: string, n: number, fits: (mail: ReceivedMail) => boolean): Promise<ReceivedMail> {
    const all = (): ReceivedMail[] => this.mailsTo(email).filter(fits);
    await until(`mail ${n} to ${email}: ${what}`, () => all().length >= n);
    return all()[n - 1] as ReceivedMail;
  }

  private converse(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let waiting = "";
    let from = "";
    let to = "";
    let inData = false;
    const hear = (line: string): void => {
      const command = line.toUpperCase();
      if (command.startsWith("EHLO")) say("250-fake\r\n250-8BITMIME\r\n250 SMTPUTF8");
      else if (command.startsWith("MAIL FROM:")) {
        from = address(line);
        say("250 fine");
      } else if (command.startsWith("RCPT TO:")) {
        to = address(line);
        this.attempts += 1;
        if (this.mood === "silent") return;
        say(this.mood === "refuse" ? "451 come back later" : "250 fine");
      } else if (command === "DATA") {
        inData = true;
        say("354 go on");
      } else if (command === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("250 fine");
    };
    socket.on("data", (chunk: Buffer) => {
      waiting += chunk.toString("utf8");
      for (;;) {
        const end = waiting.indexOf(inData ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const text = waiting.slice(0, end);
        waiting = waiting.slice(end + (inData ? 5 : 2));
        if (!inData) {
          hear(text);
          continue;
        }
        inData = false;
        if (this.mood === "cut") {
          socket.destroy();
          return;
        }
        this.mails.push(parsed(from, to, `${text}\r\n`));
        say("250 taken");
      }
    });
    say("220 fake");
  }
}

function address(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? "";
}

function parsed(from: string, to: string, raw: string): ReceivedMail {
  const end = raw.indexOf("\r\n\r\n");
  const headers = new Map<string, string>();
  for (const line of raw.slice(0, end).replaceAll(/\r\n[ \t]/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim()));
  }
  return { from, to, raw, headers, body: decodeQuotedPrintable(raw.slice(end + 4)) };
}

function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_, base64: string) => Buffer.from(base64, "base64").toString("utf8"));
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The link of a mail, whole. */
export function linkIn(mail: ReceivedMail): string {
  const found = /https?:\/\/\S+#token=[A-Za-z0-9_-]+/.exec(mail.body)?.[0];
  if (found === undefined) throw new Error(`no link in:\n${mail.body}`);
  return found;
}

export function tokenIn(mail: ReceivedMail): string {
  const token = linkIn(mail).split("#token=")[1] as string;
  plant(token);
  return token;
}
