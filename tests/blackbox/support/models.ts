/** Providers of language models: one that speaks like OpenAI, Azure OpenAI and Ollama at once, by the path. It streams where it is asked to. */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { randomText } from "./environment";
import { framesOf, type Call, type Dialect, type Ending } from "./modelFrames";
import { plant } from "./secrets";
import { stamp } from "./timing";
import { WebServer, type Answer, type Asked, type Authority } from "./web";

export const refusalOfOpenAi = "Incorrect API key provided. You can find your API key in your settings.";
export const refusalOfAzure = "Access denied due to invalid subscription key or wrong API endpoint.";

/** What the model does with one question. */
export interface Script {
  /** What it says, in pieces as long as its words; or in these pieces. `{now}` in it is the time of its sending, as `stamp()` tells it. */
  text: string | string[];
  reasoning?: string[];
  /** What it asks for behind its text. */
  calls?: Call[];
  ending?: Ending;
  usage?: { input: number; output: number };
  /** How the bytes are cut: by events, or one at a time, each in a chunk of its own. */
  cut?: "events" | "bytes";
  /** Milliseconds before each event. */
  pace?: number;
  /** Waited for before each event that has text, with its number. */
  gate?: (piece: number) => Promise<void>;
  /** This instead of an answer: a status with the provider's words, or whatever else. */
  refusal?: Answer;
}

/** One question, and what became of it. */
export interface Chat {
  dialect: Dialect;
  /** As it came, without `Bearer`; undefined: there was none. */
  key: string | undefined;
  model: string | undefined;
  messages: { role: string; content: string; tool_calls?: { id?: string; function: { name: string; arguments: string | object } }[]; tool_call_id?: string; tool_name?: string }[];
  body: Record<string, unknown>;
  /** By performance.now(), as the others. */
  asked: number;
  /** When the answer had been written to its end. */
  ended?: number;
  /** When the client closed before that. */
  closed?: number;
  /** How many events of the answer were written. */
  written: number;
}

/** The errors of providers, by their names here. */
export const refusals = {
  rateLimit: (seconds: number): Answer => ({ status: 429, json: { error: { message: "Rate limit reached for requests", type: "requests", param: null, code: "rate_limit_exceeded" } }, headers: { "retry-after": String(seconds) } }),
  quota: { status: 429, json: { error: { message: "You exceeded your current quota, please check your plan and billing details.", type: "insufficient_quota", param: null, code: "insufficient_quota" } } },
  context: { status: 400, json: { error: { message: "This model's maximum context length is 8192 tokens.", type: "invalid_request_error", param: "messages", code: "context_length_exceeded" } } },
  filter: { status: 400, json: { error: { message: "The response was filtered due to the prompt triggering the content management policy.", type: null, param: "prompt", code: "content_filter", status: 400, innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: { hate: { filtered: false, severity: "safe" }, violence: { filtered: true, severity: "medium" } } } } } },
  tools: { status: 400, json: { error: "registry.example/llama2 does not support tools" } },
  model: { status: 404, json: { error: { message: "The model `gpt-small` does not exist", type: "invalid_request_error", param: null, code: "model_not_found" } } },
  trouble: { status: 503, text: "upstream connect error", headers: { "content-type": "text/plain" } },
} as const;

export class Models extends WebServer {
  /** A key that is taken; newKey() makes more. */
  readonly key: string;
  /** Answers nothing but this, when set. */
  trouble: Answer | undefined;
  /** What is done with questions that want a stream. */
  script: Script | ((chat: Chat) => Script) = { text: "The price of one bitcoin is 43 050 €. 🚀" };
  /** The questions that wanted a stream, in the order in which they came. */
  readonly chats: Chat[] = [];
  private readonly keys = new Set<string>();

  private constructor(authority: Authority) {
    super(authority, (asked) => this.respond(asked));
    this.key = this.newKey();
  }

  static async start(authority: Authority): Promise<Models> {
    const made = new Models(authority);
    await made.comeBack();
    return made;
  }

  newKey(): string {
    const key = `planted-${randomText()}${randomText()}`;
    plant(key);
    this.keys.add(key);
    return key;
  }

  revoke(key: string): void {
    this.keys.delete(key);
  }

  private respond(asked: Asked): Answer {
    if (this.trouble !== undefined) return this.trouble;
    if (asked.target === "/api/tags") return { status: 200, json: { models: [{ name: "llama3.2:latest" }] } };
    const dialect: Dialect = asked.target.startsWith("/openai/") ? "azure" : asked.target === "/api/chat" ? "ollama" : "openai";
    const key = dialect === "azure" ? asked.headers["api-key"]?.toString() : asked.headers.authorization?.replace(/^Bearer /, "");
    if (dialect !== "ollama" && !this.keys.has(key ?? "")) {
      const ofAzure = { code: "401", message: refusalOfAzure };
      const ofOpenAi = { message: refusalOfOpenAi, type: "invalid_request_error", param: null, code: "invalid_api_key" };
      return { status: 401, json: { error: dialect === "azure" ? ofAzure : ofOpenAi } };
    }
    if (asked.target === "/v1/models") return { status: 200, json: { object: "list", data: [{ id: "gpt-small" }, { id: "gpt-large" }] } };
    if (dialect === "openai" && asked.target !== "/v1/chat/completions") return { status: 404, json: { error: { message: "not here" } } };
    const body = JSON.parse(asked.body) as Record<string, unknown>;
    if (body.stream === true) return this.converse(dialect, key, body);
    if (dialect === "openai") return { status: 404, json: { error: { message: "not here" } } };
    return { status: 200, json: { id: "c", object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content: "OK" }, finish_reason: "stop" }] } };
  }

  private converse(dialect: Dialect, key: string | undefined, body: Record<string, unknown>): Answer {
    const chat: Chat = { dialect, key, model: body.model as string | undefined, messages: body.messages as Chat["messages"], body, asked: performance.now(), written: 0 };
    this.chats.push(chat);
    const script = typeof this.script === "function" ? this.script(chat) : this.script;
    if (script.refusal !== undefined) return script.refusal;
    const type = dialect === "ollama" ? "application/x-ndjson" : "text/event-stream; charset=utf-8";
    return { status: 200, headers: { "content-type": type }, body: async (to) => await stream(chat, script, to) };
  }
}

async function stream(chat: Chat, script: Script, to: ServerResponse): Promise<void> {
  to.on("close", () => {
    if (chat.ended === undefined) chat.closed = performance.now();
  });
  const gone = (): boolean => to.destroyed || chat.closed !== undefined;
  const pieces = typeof script.text === "string" ? (script.text.match(/\S+\s*|\s+/g) ?? []) : script.text;
  const ending = script.ending ?? "stop";
  const usage = script.usage ?? { input: 19, output: pieces.length };
  const wantsUsage = (chat.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const frames = framesOf(chat.dialect, { model: chat.model ?? "gpt-small", pieces, reasoning: script.reasoning ?? [], calls: script.calls ?? [], ending, usage }, wantsUsage);
  let piece = 0;
  for (const frame of frames) {
    if (script.pace !== undefined) await pause(script.pace);
    const hasText = /"content":"[^"]/.test(frame);
    if (hasText && script.gate !== undefined) await script.gate(piece);
    if (hasText) piece += 1;
    if (gone()) return;
    const bytes = Buffer.from(frame.replaceAll("{now}", () => String(stamp())));
    const size = script.cut === "bytes" ? 1 : bytes.length;
    for (let at = 0; at < bytes.length && !gone(); at += size) if (!to.write(bytes.subarray(at, at + size))) await roomIn(to);
    chat.written += 1;
  }
  if (gone() || ending === "silence") return;
  chat.ended = performance.now();
  // What was written goes out first.
  if (ending === "cut") to.socket?.destroySoon();
  else to.end();
}

/** Waits until more may be written, or nobody is there any more. */
export async function roomIn(to: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      to.off("drain", done).off("close", done);
      resolve();
    };
    to.on("drain", done).on("close", done);
  });
}
