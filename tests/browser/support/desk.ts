/** The program between an exchange and a provider of language models, both played over real sockets. */
import { Exchange } from "../../blackbox/support/exchange";
import { type Chat, Models, type Script } from "../../blackbox/support/models";
import { Authority } from "../../blackbox/support/web";
import type { Person } from "./account";
import { Server, type Settings, until } from "./server";

export class Desk {
  private constructor(
    private readonly authority: Authority,
    readonly exchange: Exchange,
    readonly models: Models,
    readonly server: Server,
  ) {}

  static async open(settings: Settings = {}): Promise<Desk> {
    const authority = new Authority();
    const [exchange, models] = await Promise.all([Exchange.start(authority), Models.start(authority)]);
    // How often it is asked is for the tests of the market.
    exchange.limits = { perSecond: 1000, perMinute: 100_000 };
    const server = await Server.start({
      BITGET_BASE_URL: exchange.origin,
      BITGET_WS_URL: exchange.socketUrl,
      EGRESS_CA_FILE: authority.file,
      EGRESS_ALLOW: models.place,
      ...settings,
    });
    return new Desk(authority, exchange, models, server);
  }

  async close(): Promise<void> {
    await this.server.dispose();
    await this.exchange.goDown();
    await this.models.goDown();
    this.authority.remove();
  }

  /** As a page of theirs would send it. */
  async send<Answer>(who: Person, path: string, body: object, method = "POST"): Promise<Answer> {
    const [answer] = await this.sendAll<Answer>(who, path, [body], method);
    return answer as Answer;
  }

  /** One after the other, with one login. */
  async sendAll<Answer>(who: Person, path: string, bodies: object[], method = "POST"): Promise<Answer[]> {
    const call = (path: string, body: object, method: string, token?: string) =>
      fetch(`${this.server.url}/api/v1${path}`, {
        method,
        headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
    const login = (await (await call("/auth/login", who, "POST")).json()) as { access_token: string };
    const answers: Answer[] = [];
    for (const body of bodies) {
      let answer = await call(path, body, method, login.access_token);
      // Of some things only so many may be on their way at a time.
      await until("the one before to be done", async () => {
        if (answer.status === 429) answer = await call(path, body, method, login.access_token);
        return answer.status !== 429;
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      answers.push((await answer.json()) as Answer);
    }
    return answers;
  }

  /** Their conversations are answered from now on. */
  async setUpModel(who: Person): Promise<void> {
    const { origin, key: api_key } = this.models;
    await this.send(who, "/settings/llm", {
      provider: "openai",
      base_url: `${origin}/v1`,
      model: "gpt-small",
      api_key,
    });
  }
}

/** A candle that has ended, the latest one, and the indicator there: what the model of `analyst` was told. */
export interface Told {
  time: string;
  close: number;
  rsi: number;
}

/**
 * A model that, asked for an RSI, looks it up first, makes a chart of it then, and says at last what it is; and that has one
 * answer for everything else.
 */
export function analyst(told: (what: Told) => void = () => {}): (chat: Chat) => Script {
  return ({ messages }) => {
    const since = messages.slice(messages.findLastIndex(({ role }) => role === "user"));
    if (!since[0]?.content.includes("RSI")) return { text: "Interest rates, **the dollar**, and fear." };
    const results = since.filter(({ role }) => role === "tool");
    const series = { symbol: "BTCUSDT", interval: "4H", indicators: ["rsi(14)"] };
    if (results.length === 0)
      return { text: "", calls: [{ name: "get_indicators", arguments: { ...series, limit: 3 } }] };
    if (results.length === 1)
      return { text: "", calls: [{ name: "create_chart", arguments: { ...series, name: "RSI" } }] };
    // The first one is still growing.
    const { rows } = JSON.parse(results[0]?.content ?? "{}") as { rows: [string, number, number][] };
    const [time, close, rsi] = rows[1] ?? ["", Number.NaN, Number.NaN];
    told({ time, close, rsi });
    return { text: `The RSI(14) of BTCUSDT on 4H was ${rsi} at ${time}.` };
  };
}
