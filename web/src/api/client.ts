/**
 * The HTTP clients: one for calls that anybody may make, one that sends the access token. Both turn every failure into a
 * `CallError`. They know nothing of stores: who holds the token, and how a refused one is replaced, is told to
 * `createClient` as a `SessionPort`.
 */
import { CallError, isProblem, problemType, readRefusal, toFailure } from "./failure";
import { HttpClient } from "./http";

export interface SessionPort<Credential extends { token: string }> {
  /** What to send, once it is known; null when nobody is signed in. */
  credential(): Promise<Credential | null>;
  /** The server refused this one. Gives another to send the request with once more, or null. */
  replace(refused: Credential): Promise<Credential | null>;
}

/** What some calls meet besides a missing session, and what is done about it. */
export interface CallGates {
  /** The server wants a fresh proof of who asks. True once it has one, false when there will be none. */
  prove(): Promise<boolean>;
  /** The server answers nothing else before a second factor is set up. */
  mustEnrol(): void;
}

/** For what needs no session: the entrance, and the calls that live on the refresh cookie. */
export function createOpenClient(): HttpClient {
  return new HttpClient(async (request, send) => {
    try {
      return await send(request);
    } catch (error) {
      throw new CallError(toFailure(error));
    }
  });
}

export function createClient<Credential extends { token: string }>(
  session: SessionPort<Credential>,
  gates: CallGates,
): HttpClient {
  const client: HttpClient = new HttpClient(async (request, send) => {
    const { headers } = request;
    // Whoever has one already is sent for the second time, or knows better: a refusal of it is final.
    const credential = headers.has("Authorization") ? null : await session.credential();
    if (credential !== null) headers.set("Authorization", `Bearer ${credential.token}`);
    try {
      return await send(request);
    } catch (error) {
      await readRefusal(error);
      const failure = toFailure(error);
      if (isProblem(failure, problemType.secondFactorEnrolmentRequired)) gates.mustEnrol();
      if (!request.proved && isProblem(failure, problemType.stepUpRequired)) {
        if (!(await gates.prove())) throw new CallError(failure);
        // The proof came with a token of its own.
        headers.delete("Authorization");
        return client.request({ ...request, proved: true });
      }
      if (credential === null || !isProblem(failure, problemType.invalidToken)) throw new CallError(failure);
      const another = await session.replace(credential);
      if (another === null) throw new CallError(failure);
      headers.set("Authorization", `Bearer ${another.token}`);
      return client.request(request);
    }
  });
  return client;
}
