/**
 * Requests of this page to its server, over the browser's fetch: JSON goes out and comes back, a call has a time limit, and whatever is
 * no success is thrown, with the answer that came. (Why not a library: docs/decisions/0015-a-light-way-in.md.)
 */
import { noteAnswer } from "./unanswered";

export interface HttpRequest {
  method: string;
  /** Behind the base path of the API. */
  url: string;
  params?: object | undefined;
  /** As it is sent. */
  data: string | Blob | undefined;
  headers: Headers;
  signal?: AbortSignal | undefined;
  /** Milliseconds; 0: as long as it takes. */
  timeout: number;
  responseType: "json" | "blob";
  /** Told how many bytes of a blob are there. */
  onProgress?: ((loaded: number) => void) | undefined;
  /** Sent once more because a fresh proof was given: it is not asked for a second time. */
  proved: boolean;
}

export interface HttpAnswer<Body = unknown> {
  status: number;
  data: Body;
  headers: Headers;
}

export type HttpOptions = Partial<
  Pick<HttpRequest, "params" | "signal" | "timeout" | "responseType" | "onProgress">
> & {
  headers?: Readonly<Record<string, string>>;
};

/** What a call was answered with when that was no success; null: with nothing. */
export class HttpError extends Error {
  constructor(
    readonly response: HttpAnswer | null,
    readonly isCancelled = false,
  ) {
    super(response ? `answered with ${response.status}` : isCancelled ? "cancelled" : "no answer");
    this.name = "HttpError";
  }
}

/** Brings a request to the server and its answer back, whatever that is; throws `HttpError` when there is none. */
export type Adapter = (request: HttpRequest) => Promise<HttpAnswer>;

/** Milliseconds. */
const usualTimeout = 30_000;

export class HttpClient {
  /** Tests put their own in its place. */
  readonly defaults: { adapter: Adapter } = { adapter: overFetch };

  /** `around` is asked to carry each request out, with what sends it. */
  constructor(private readonly around: (request: HttpRequest, send: Adapter) => Promise<HttpAnswer>) {}

  get<Body>(url: string, options?: HttpOptions): Promise<HttpAnswer<Body>> {
    return this.call("get", url, undefined, options);
  }
  delete<Body>(url: string, options?: HttpOptions): Promise<HttpAnswer<Body>> {
    return this.call("delete", url, undefined, options);
  }
  post<Body>(url: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<Body>> {
    return this.call("post", url, body, options);
  }
  put<Body>(url: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<Body>> {
    return this.call("put", url, body, options);
  }
  patch<Body>(url: string, body?: unknown, options?: HttpOptions): Promise<HttpAnswer<Body>> {
    return this.call("patch", url, body, options);
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    return this.around(request, async (sent) => {
      const answer = await this.defaults.adapter(sent);
      if (answer.status < 200 || answer.status > 299) throw new HttpError(answer);
      return answer;
    });
  }

  private async call<Body>(
    method: string,
    url: string,
    body: unknown,
    options: HttpOptions = {},
  ): Promise<HttpAnswer<Body>> {
    const headers = new Headers({ Accept: "application/json, application/problem+json", ...options.headers });
    // Mails are written in the language that was chosen here, which need not be the browser's.
    headers.set("Accept-Language", document.documentElement.lang);
    const asIs = body === undefined || body instanceof Blob;
    if (!asIs && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    const { params, signal, timeout = usualTimeout, responseType = "json", onProgress } = options;
    const data = asIs ? body : JSON.stringify(body);
    const answer = await this.request({
      method,
      url,
      params,
      data,
      headers,
      signal,
      timeout,
      responseType,
      onProgress,
      proved: false,
    });
    return answer as HttpAnswer<Body>;
  }
}

async function overFetch(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, params, data, headers, signal, timeout, responseType, onProgress } = request;
  const given = new AbortController();
  const cancel = () => given.abort();
  if (signal?.aborted) throw new HttpError(null, true);
  signal?.addEventListener("abort", cancel);
  const timer = timeout > 0 ? setTimeout(cancel, timeout) : undefined;
  try {
    const response = await fetch(`/api/v1${url}${queryOf(params)}`, {
      method: method.toUpperCase(),
      headers,
      body: data ?? null,
      signal: given.signal,
    });
    const answer: HttpAnswer = {
      status: response.status,
      headers: response.headers,
      data: responseType === "blob" ? await blobOf(response, onProgress) : parsed(await response.text()),
    };
    noteAnswer(true);
    return answer;
  } catch {
    if (signal?.aborted) throw new HttpError(null, true);
    noteAnswer(false);
    throw new HttpError(null);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

async function blobOf(response: Response, onProgress: HttpRequest["onProgress"]): Promise<Blob> {
  if (!onProgress || !response.body) return response.blob();
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    loaded += piece.value.length;
    onProgress(loaded);
  }
  return new Blob(pieces, { type: response.headers.get("content-type") ?? "" });
}

/** What is undefined is left out. */
export function queryOf(params: object = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null) query.append(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Something else than JSON may answer in the server's place: then its text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
