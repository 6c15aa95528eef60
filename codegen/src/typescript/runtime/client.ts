/**
 * A bot: typed calls, and events as an async iterator, over one connection.
 *
 * Where the dialect carries calls over a WebSocket, give its address; otherwise give the one of HTTP, and events come over the
 * WebSocket beside it. A connection that breaks is made again, with growing pauses; calls that wait for an answer fail then.
 */

import type { Actions, Call } from "./actions.js";
import type { Event } from "./events.js";
import { wire } from "./wire.js";

/** What a bot may be given; every value has a default. */
export interface Options {
  /** The access token. */
  token?: string;
  /** How long a call may take, in milliseconds; 30000 by default. */
  timeout?: number;
  /** How many events wait for a reader, 1024 by default. One more drops the oldest, which `bot.dropped` counts. */
  capacity?: number;
  /** The first pause before it connects again and the longest one, in milliseconds; 500 and 30000 by default. */
  backoff?: { first: number; most: number };
  /** Is given what went wrong beside any call: a frame that is no JSON, a connection that broke or was refused. */
  onError?: (error: Error) => void;
}

/** A call did not come through. */
export class TransportError extends Error {
  override readonly name = "TransportError";
}

/** The implementation did not do what was called. */
export class ActionError extends Error {
  override readonly name = "ActionError";

  constructor(
    readonly action: string,
    readonly retcode: number,
    message: string,
    /** The whole answer. */
    readonly raw: unknown,
  ) {
    super(`\`${action}\` failed with ${retcode}: ${message}`);
  }
}

/** What came is not what the protocol says. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";

  constructor(
    message: string,
    /** The text as it came. */
    readonly raw: string,
  ) {
    super(message);
  }
}

type Json = Record<string, unknown>;

interface Pending {
  action: string;
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
}

function headers(options: Options): Record<string, string> {
  return options.token === undefined ? {} : { [wire.auth.header]: `${wire.auth.scheme} ${options.token}` };
}

function object(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError("the text is no JSON", text);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new DecodeError("the JSON is no object", text);
  return value as Json;
}

/** The data of an answer; an error where nothing was done. */
function result(action: string, answer: Json): unknown {
  const { status, retcode, data, texts, done } = wire.envelope;
  if (done.includes(String(answer[status]))) return answer[data] ?? null;
  const text = texts.map((key) => answer[key]).find((it) => typeof it === "string" && it !== "");
  throw new ActionError(action, Number(answer[retcode]), String(text ?? "no reason"), answer);
}

async function post(base: string, action: string, params: object, options: Options, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(options.timeout ?? 30_000);
  const url = base.replace(/\/+$/, "") + wire.http.path.replace("{action}", encodeURIComponent(action));
  let text: string;
  let code: number;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": wire.http.contentType, ...headers(options) },
      body: JSON.stringify(params),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    code = response.status;
    text = await response.text();
  } catch (error) {
    throw new TransportError(`cannot call \`${action}\` at ${url}`, { cause: error });
  }
  let answer: Json;
  try {
    answer = object(text);
  } catch (error) {
    if (code >= 400) throw new TransportError(`${url} answered with status ${code}`, { cause: error });
    throw error;
  }
  if (!(wire.envelope.status in answer)) throw new TransportError(`${url} answered with status ${code}`, { cause: text });
  return result(action, answer);
}

/** Typed calls over HTTP, without events. */
export function http(url: string, options: Options = {}): Call {
  return ((action: string, params: object = {}, signal?: AbortSignal) => post(url, action, params, options, signal)) as Call;
}

/** A bot on one connection. */
export class Bot implements AsyncIterable<Event> {
  /** Events that were dropped because nobody read them in time. */
  dropped = 0;

  #socket: import("ws").default | undefined;
  readonly #url: string;
  readonly #options: Options;
  readonly #stop = new AbortController();
  readonly #calls = new Map<string, Pending>();
  readonly #events: Event[] = [];
  readonly #readers: ((result: IteratorResult<Event, undefined>) => void)[] = [];
  #echo = 0;

  private constructor(url: string, options: Options) {
    this.#url = url;
    this.#options = options;
  }

  /** Connects; an error where nobody answers. */
  static async connect(url: string, options: Options = {}): Promise<Bot> {
    const bot = new Bot(url, options);
    await bot.#open();
    return bot;
  }

  /** Calls an action. `signal` gives up waiting for its answer. */
  readonly call: Call = ((action: string, params: object = {}, signal?: AbortSignal) =>
    wire.ws.frame === null
      ? post(this.#url, action, params, this.#options, signal)
      : this.#send(wire.ws.frame, action, params, signal)) as Call;

  /** The events, as they come. Several readers share them. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: () => {
        const event = this.#events.shift();
        if (event !== undefined) return Promise.resolve({ value: event, done: false });
        if (this.#stop.signal.aborted) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => this.#readers.push(resolve));
      },
    };
  }

  /** Ends the connection: readers come to their end once they have read what is there, calls without an answer fail. */
  close(): void {
    this.#stop.abort();
    this.#socket?.close();
    this.#fail(new TransportError("the bot was closed"));
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
  }

  #send(keys: NonNullable<typeof wire.ws.frame>, action: string, params: object, signal?: AbortSignal): Promise<unknown> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.reject(new TransportError(`cannot call \`${action}\`: not connected`));
    const echo = `${++this.#echo}`;
    return new Promise((resolve, reject) => {
      const timeout = this.#options.timeout ?? 30_000;
      const give_up = (error: Error) => this.#calls.get(echo)?.reject(error);
      const timer = setTimeout(() => give_up(new TransportError(`no answer to \`${action}\` within ${timeout} ms`)), timeout);
      const aborted = () => give_up(new TransportError(`the call of \`${action}\` was given up`));
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
        this.#calls.delete(echo);
      };
      this.#calls.set(echo, {
        action,
        resolve: (data) => (end(), resolve(data)),
        reject: (error) => (end(), reject(error)),
      });
      if (signal?.aborted) return aborted();
      signal?.addEventListener("abort", aborted);
      socket.send(JSON.stringify({ [keys.action]: action, [keys.params]: params, [keys.echo]: echo }));
    });
  }

  async #open(): Promise<void> {
    const { default: WebSocket } = await import("ws");
    const base = this.#url.replace(/^http/, "ws");
    const url = wire.ws.frame === null ? base.replace(/\/+$/, "") + wire.ws.path : base;
    const socket = new WebSocket(url, { headers: headers(this.#options) });
    socket.on("message", (data) => this.#receive(String(data)));
    await new Promise<void>((resolve, reject) => {
      socket.on("error", (error) => reject(new TransportError(`cannot connect to ${url}`, { cause: error })));
      socket.on("close", () => reject(new TransportError(`${url} closed the connection`)));
      socket.on("open", () => {
        socket.on("close", () => this.#lost(`${url} closed the connection`));
        resolve();
      });
    });
    if (this.#stop.signal.aborted) return socket.close();
    this.#socket = socket;
  }

  #lost(why: string): void {
    this.#socket = undefined;
    if (this.#stop.signal.aborted) return;
    const error = new TransportError(why);
    this.#fail(error);
    this.#options.onError?.(error);
    void this.#again();
  }

  async #again(): Promise<void> {
    const { first, most } = this.#options.backoff ?? { first: 500, most: 30_000 };
    for (let pause = first; !this.#stop.signal.aborted; pause = Math.min(2 * pause, most)) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause * (0.5 + Math.random() / 2));
        this.#stop.signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
      });
      if (this.#stop.signal.aborted) return;
      try {
        return await this.#open();
      } catch (error) {
        this.#options.onError?.(error as Error);
      }
    }
  }

  #fail(error: Error): void {
    for (const call of [...this.#calls.values()]) call.reject(error);
  }

  #receive(text: string): void {
    try {
      const frame = object(text);
      const { status, retcode } = wire.envelope;
      if (status in frame && retcode in frame) this.#answer(frame);
      else this.#event(frame as unknown as Event);
    } catch (error) {
      this.#options.onError?.(error as Error);
    }
  }

  #answer(frame: Json): void {
    const echo = wire.ws.frame === null ? undefined : frame[wire.ws.frame.echo];
    const call = this.#calls.get(String(echo));
    // What answers nothing is how some refuse a token; an answer that comes too late is nobody's.
    if (call === undefined) {
      if (echo === undefined || echo === null) result("the connection", frame);
      return;
    }
    try {
      call.resolve(result(call.action, frame));
    } catch (error) {
      call.reject(error as Error);
    }
  }

  #event(event: Event): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader({ value: event, done: false });
    if (this.#events.length >= (this.#options.capacity ?? 1024)) {
      this.#events.shift();
      this.dropped += 1;
    }
    this.#events.push(event);
  }
}

export type { Actions };
