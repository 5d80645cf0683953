/** Bytes on a socket, for what a well-behaved HTTP client cannot send. */
import { connect, type Socket } from "node:net";

export interface RawResponse {
  status: number;
  headers: Record<string, string[]>;
  body: string;
}

export interface Exchange {
  received: Buffer;
  /** Final responses; interim ones (1xx) are in `interim`. */
  responses: RawResponse[];
  interim: number[];
  /** What could not be read as a response. */
  rest: Buffer;
  /** The server closed the connection before the time was over. */
  closed: boolean;
  milliseconds: number;
}

export interface ExchangeOptions {
  /** Closes our half after the last byte, so that a waiting server learns that no more will come. Default: true. */
  end?: boolean;
  /** Stops early when this many final responses are there. */
  responses?: number;
  timeout?: number;
}

/** Writes all bytes, reads until the server closes (or until what the options say). */
export async function exchange(port: number, bytes: string | Buffer, options: ExchangeOptions = {}): Promise<Exchange> {
  const started = Date.now();
  const sent = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, "latin1");
  const method = sent.toString("latin1").trimStart().split(" ")[0] ?? "";
  return await new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket: Socket = connect(port, "127.0.0.1");
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const received = Buffer.concat(parts);
      resolve({ received, ...split(received, method), closed, milliseconds: Date.now() - started });
    };
    const timer = setTimeout(() => finish(false), options.timeout ?? 8_000);
    socket.on("connect", () => {
      if (options.end === false) socket.write(sent);
      else socket.end(sent);
    });
    socket.on("data", (part) => {
      parts.push(part);
      if (options.responses !== undefined && split(Buffer.concat(parts), method).responses.length >= options.responses) {
        finish(false);
      }
    });
    socket.on("error", () => finish(true));
    socket.on("end", () => finish(true));
    socket.on("close", () => finish(true));
  });
}

/** A socket that stays open, for conversations. */
export async function open(port: number): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Opens connections from one address of the loopback network, some at a time; each is connected. */
export async function openMany(port: number, count: number, from = "127.0.0.1"): Promise<Socket[]> {
  const opened: Socket[] = [];
  for (let at = 0; at < count; at += 200) {
    const some = Array.from({ length: Math.min(200, count - at) }, async () => {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect({ port, host: "127.0.0.1", localAddress: from });
        socket.once("connect", () => resolve(socket));
        socket.once("error", reject);
        socket.on("error", () => socket.destroy());
      });
    });
    opened.push(...(await Promise.all(some)));
  }
  return opened;
}

/** Splits what was received into responses (RFC 9112 section 6.3), strictly: what is not one stays in `rest`. */
export function split(received: Buffer, method = "GET"): Pick<Exchange, "responses" | "interim" | "rest"> {
  const responses: RawResponse[] = [];
  const interim: number[] = [];
  let rest = received;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [first = "", ...lines] = rest.subarray(0, end).toString("latin1").split("\r\n");
    const status = /^HTTP\/1\.[01] (\d{3}) [ -~]*$/.exec(first)?.[1];
    if (status === undefined) break;
    const headers: Record<string, string[]> = {};
    const good = lines.every((line) => {
      const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*)$/.exec(line);
      if (field) (headers[(field[1] as string).toLowerCase()] ??= []).push((field[2] as string).trimEnd());
      return field !== null;
    });
    if (!good) break;
    const after = rest.subarray(end + 4);
    const code = Number(status);
    if (code < 200) {
      interim.push(code);
      rest = after;
      continue;
    }
    const length = method === "HEAD" || code === 204 || code === 304 ? 0 : Number(headers["content-length"]?.[0] ?? after.length);
    if (after.length < length) break;
    responses.push({ status: code, headers, body: after.subarray(0, length).toString("utf8") });
    rest = after.subarray(length);
  }
  return { responses, interim, rest };
}
