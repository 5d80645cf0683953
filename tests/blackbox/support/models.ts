/** Providers of language models: one that speaks like OpenAI, Azure OpenAI and Ollama at once, by the path. */
import { plant } from "./secrets";
import { randomText } from "./environment";
import { WebServer, type Answer, type Asked, type Authority } from "./web";

export const refusalOfOpenAi = "Incorrect API key provided. You can find your API key in your settings.";
export const refusalOfAzure = "Access denied due to invalid subscription key or wrong API endpoint.";

export class Models extends WebServer {
  /** The one key that is taken. */
  readonly key = `planted-${randomText()}${randomText()}`;
  /** Answers nothing but this, when set. */
  trouble: Answer | undefined;

  static async start(authority: Authority): Promise<Models> {
    const made: Models = new Models(authority, (asked) => made.respond(asked));
    plant(made.key);
    await made.comeBack();
    return made;
  }

  private respond(asked: Asked): Answer {
    if (this.trouble !== undefined) return this.trouble;
    const chat = { id: "c", object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content: "OK" }, finish_reason: "stop" }] };
    if (asked.target === "/api/tags") return { status: 200, json: { models: [{ name: "llama3.2:latest" }] } };
    if (asked.target.startsWith("/openai/")) {
      if (asked.headers["api-key"] !== this.key) return { status: 401, json: { error: { code: "401", message: refusalOfAzure } } };
      return { status: 200, json: chat };
    }
    if (asked.headers.authorization !== `Bearer ${this.key}`) return { status: 401, json: { error: { message: refusalOfOpenAi, type: "invalid_request_error", param: null, code: "invalid_api_key" } } };
    if (asked.target === "/v1/models") return { status: 200, json: { object: "list", data: [{ id: "gpt-small" }, { id: "gpt-large" }] } };
    return { status: 404, json: { error: { message: "not here" } } };
  }
}
