/** What providers of language models write on the wire when they stream, with the oddities of each: tests/vectors/llm has recorded ones. */

export type Dialect = "openai" | "azure" | "ollama";

/** How an answer ends. */
export type Ending =
  | "stop"
  /** The limit of the answer was reached. */
  | "length"
  /** A filter of Azure takes back what was said, after `stop`. */
  | "filtered"
  /** An error in the middle, under status 200. */
  | "error"
  /** The connection is cut. */
  | "cut"
  /** The body ends as it should, but nothing said that the answer has. */
  | "truncated"
  /** Nothing more comes, and the connection stays. */
  | "silence";

export const middleError = "The server had an error while processing your request.";

/** What a model asks for. A text for arguments goes out as it is, whatever it is. */
export interface Call {
  id?: string;
  name: string;
  arguments: Record<string, unknown> | string;
}

export interface Said {
  model: string;
  pieces: string[];
  calls: Call[];
  reasoning: string[];
  ending: Ending;
  usage: { input: number; output: number };
}

const safe = Object.fromEntries(["hate", "self_harm", "sexual", "violence"].map((name) => [name, { filtered: false, severity: "safe" }]));
const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

function openAi(said: Said, azure: boolean, wantsUsage: boolean): string[] {
  const usage = wantsUsage ? { usage: null } : {};
  const chunk = (choice: object): string => event({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_760_000_000, model: said.model, choices: [{ index: 0, logprobs: null, finish_reason: null, ...(azure ? { content_filter_results: safe } : {}), ...choice }], ...usage });
  const nameless = (choices: object[], more: object = {}): string => event({ id: "", object: "", created: 0, model: "", choices, ...more });
  const out = azure ? [nameless([], { prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }] })] : [": a comment\n\n"];
  out.push(chunk({ delta: { role: "assistant", content: "", refusal: null } }));
  for (const piece of said.reasoning) out.push(chunk({ delta: { reasoning_content: piece } }));
  for (const piece of said.pieces) out.push(chunk({ delta: { content: piece } }));
  // The first fragment has id and name, the others have two characters each.
  for (const [index, call] of said.calls.entries()) {
    const args = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    out.push(chunk({ delta: { content: null, tool_calls: [{ index, id: call.id ?? `call_${index + 1}`, type: "function", function: { name: call.name, arguments: "" } }] } }));
    for (let at = 0; at < args.length; at += 2) out.push(chunk({ delta: { tool_calls: [{ index, function: { arguments: args.slice(at, at + 2) } }] } }));
  }
  if (said.ending === "error") return [...out, event({ error: { message: middleError, type: "server_error", param: null, code: null } })];
  if (said.ending === "cut" || said.ending === "silence") return out;
  if (said.ending === "truncated") return [...out, event("[DONE]")];
  out.push(chunk({ delta: {}, finish_reason: said.ending === "length" ? "length" : said.calls.length > 0 ? "tool_calls" : "stop" }));
  if (azure) out.push(nameless([{ index: 0, finish_reason: null, content_filter_results: safe, content_filter_offsets: { check_offset: 0, start_offset: 0, end_offset: 1 } }]));
  if (said.ending === "filtered") out.push(nameless([{ index: 0, finish_reason: "content_filter", content_filter_results: { ...safe, violence: { filtered: true, severity: "high" } }, content_filter_offsets: { check_offset: 0, start_offset: 0, end_offset: 1 } }]));
  if (wantsUsage) out.push(event({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_760_000_000, model: said.model, choices: [], usage: { prompt_tokens: said.usage.input, completion_tokens: said.usage.output, total_tokens: said.usage.input + said.usage.output } }));
  return [...out, event("[DONE]")];
}

function ollama(said: Said): string[] {
  const line = (what: object): string => `${JSON.stringify(what)}\n`;
  const part = (message: object, more: object = { done: false }): string => line({ model: said.model, created_at: "2026-01-05T10:00:00.123456789Z", message: { role: "assistant", content: "", ...message }, ...more });
  const out = [...said.reasoning.map((piece) => part({ thinking: piece })), ...said.pieces.map((piece) => part({ content: piece }))];
  for (const call of said.calls) out.push(part({ tool_calls: [{ function: { name: call.name, arguments: typeof call.arguments === "string" ? {} : call.arguments } }] }));
  if (said.ending === "error") return [...out, line({ error: middleError })];
  if (said.ending === "cut" || said.ending === "silence" || said.ending === "truncated") return out;
  return [...out, part({}, { done: true, done_reason: said.ending === "length" ? "length" : "stop", total_duration: 4_883_583_458, prompt_eval_count: said.usage.input, eval_count: said.usage.output })];
}

/** The body of an answer, one text for each event. */
export function framesOf(dialect: Dialect, said: Said, wantsUsage: boolean): string[] {
  return dialect === "ollama" ? ollama(said) : openAi(said, dialect === "azure", wantsUsage);
}
