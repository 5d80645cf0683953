/** For tests: a page drawn as the app draws it, over a server whose answers the test gives. */
import { notifyManager, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Route, Routes, UNSAFE_createMemoryHistory } from "react-router";
import { HttpError } from "@/api/http";
import { AppRouter } from "@/app/AppRouter";
import { GuardedHistory } from "@/app/history";
import { queryClient } from "@/app/queryClient";
import { useAuth } from "@/features/account/authStore";
import { client } from "@/features/account/session";
import { sessionOf } from "@/features/account/session/testing";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

// Answers reach the page without a timer, so that tests can hold the clock.
notifyManager.setScheduler(queueMicrotask);

export interface Answer {
  status: number;
  body?: unknown;
}

/** A call that reached the server. */
export interface Sent {
  call: string;
  body: unknown;
  params: Record<string, unknown>;
  headers: Record<string, unknown>;
}

/** By method and path: `POST /secrets`; under `*` what answers every other call. */
export type Answers = Record<string, Answer | ((sent: Sent) => Answer | "network")>;

/** The page's route, and the address that is opened. */
interface Where {
  path: string;
  at: string;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

export function problem(type: string, status: number, extra: object = {}): Answer {
  return { status, body: { type: `urn:kontor:problem:${type}`, title: type, status, ...extra } };
}

export class TestPage {
  readonly sent: Sent[] = [];
  private readonly held = new Map<string, Promise<void>>();
  private readonly root;
  private readonly place = document.createElement("div");

  private constructor(private answers: Answers) {
    document.body.append(this.place);
    this.root = createRoot(this.place);
  }

  static async open(page: ReactNode, answers: Answers, where: Where = { path: "/", at: "/" }): Promise<TestPage> {
    const opened = new TestPage(answers);
    queryClient.clear();
    useAuth.setState({ state: { phase: "in", session: sessionOf("ann", 1, Date.now()) } });
    client.defaults.adapter = async (config) => {
      const call = `${config.method?.toUpperCase()} ${config.url}`;
      const sent = {
        call,
        body: config.data === undefined ? undefined : JSON.parse(String(config.data)),
        params: { ...config.params },
        headers: Object.fromEntries(config.headers),
      };
      opened.sent.push(sent);
      await opened.held.get(call);
      const given = opened.answers[call] ?? opened.answers["*"];
      if (!given) throw new Error(`Nobody answers ${call}.`);
      const answer = typeof given === "function" ? given(sent) : given;
      if (answer === "network") throw new HttpError(null);
      return { status: answer.status, data: answer.body, headers: new Headers() };
    };
    const history = new GuardedHistory(UNSAFE_createMemoryHistory({ initialEntries: [where.at], v5Compat: true }));
    await act(async () => {
      opened.root.render(
        <QueryClientProvider client={queryClient}>
          <AppRouter history={history}>
            <Routes>
              <Route path={where.path} element={page} />
              <Route path="*" element={<h1>Somewhere else</h1>} />
            </Routes>
          </AppRouter>
        </QueryClientProvider>,
      );
    });
    await opened.settle();
    return opened;
  }

  async close(): Promise<void> {
    await act(async () => this.root.unmount());
    this.place.remove();
  }

  answer(answers: Answers): void {
    Object.assign(this.answers, answers);
  }

  /** From now on these calls are answered when that has come to pass. */
  hold(call: string, until: Promise<void>): void {
    this.held.set(call, until);
  }

  /** What was sent to a route that changes something. */
  bodies(call: string): unknown[] {
    return this.sent.filter((sent) => sent.call === call).map(({ body }) => body);
  }

  get text(): string {
    return document.body.textContent ?? "";
  }

  button(name: string): HTMLButtonElement {
    const named = (button: HTMLButtonElement) => (button.getAttribute("aria-label") ?? button.textContent) === name;
    const found = [...document.querySelectorAll("button")].filter(named).at(-1);
    if (!found) throw new Error(`There is no button "${name}".`);
    return found;
  }

  has(name: string): boolean {
    return [...document.querySelectorAll("button")].some(
      (button) => (button.getAttribute("aria-label") ?? button.textContent) === name,
    );
  }

  field(label: string): HTMLInputElement {
    const found = [...document.querySelectorAll("label")].find(({ textContent }) => textContent === label)?.control;
    if (!found) throw new Error(`There is no field "${label}".`);
    return found as HTMLInputElement;
  }

  errorOf(label: string): string {
    const id = this.field(label).getAttribute("aria-describedby")?.split(" ")[0];
    return (id && document.getElementById(id)?.textContent) ?? "";
  }

  async press(name: string): Promise<void> {
    const button = this.button(name);
    await act(async () => button.click());
    await this.settle();
  }

  async fill(label: string, text: string): Promise<void> {
    const field = this.field(label);
    await act(async () => {
      // React overrides the setter of this one element, to see who changed it.
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, text);
      field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
    });
    await this.settle();
  }

  async tick(label: string): Promise<void> {
    const field = this.field(label);
    await act(async () => field.click());
    await this.settle();
  }

  async follow(link: string): Promise<void> {
    const found = [...document.querySelectorAll("a")].find(({ textContent }) => textContent === link);
    if (!found) throw new Error(`There is no link "${link}".`);
    await act(async () => found.click());
    await this.settle();
  }

  async key(target: Element, key: string, more: KeyboardEventInit = {}): Promise<void> {
    await act(async () => {
      target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    });
    await this.settle();
  }

  /** Lets everything run that waits for nothing but a promise. */
  async settle(): Promise<void> {
    await act(async () => {
      for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    });
  }
}
