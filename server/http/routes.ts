import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Account } from "../access/accounts.ts";
import { HttpFault } from "../errors.ts";

/** One request and what is known about it before its handler is called. */
export interface Exchange<Params = unknown> {
  request: IncomingMessage;
  response: ServerResponse;
  /** 32 hex characters: whose uploads, runs and shares these are. */
  owner: string;
  /** Where people log in: whose login or key it is. */
  account: Account | undefined;
  params: Params;
  query: URLSearchParams;
}

/** HEAD is answered by GET's handler; Node.js leaves the body out. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Who may ask where a login is needed. `login`: those who did, or have a key; everybody else is answered 401.
 * `page`: the same, but a browser is sent to the login page. `open`: everybody.
 */
export type RouteAccess = "login" | "page" | "open";

type Answer<Params> = (exchange: Exchange<Params>) => void | Promise<void>;
type Names<Path extends string> = Path extends `${infer Head}/${infer Rest}` ? Names<Head> | Names<Rest> : Path extends `:${infer Name}` ? Name : never;
type Schemas<Path extends string> = Record<Names<Path>, z.core.$ZodType>;

export interface Route {
  path: string;
  access: RouteAccess;
  methods: readonly Method[];
  /** The parameters' raw texts, parsed; undefined where one is not of the right form, so that this is another address. */
  bind(raw: Record<string, string>): ((exchange: Omit<Exchange, "params">, method: Method) => void | Promise<void>) | undefined;
}

/**
 * @param path literal segments, `:name` for one segment, and a last `*` for all that is below
 * @param params a schema for each `:name`, from its text
 * @param answers what each method does
 * @param access who may ask; left out, only those who logged in
 */
export function route<const Path extends string, const Params extends Schemas<Path>>(
  path: Path,
  params: Params,
  answers: Partial<Record<Method, Answer<z.infer<z.ZodObject<Params>>>>>,
  access: RouteAccess = "login",
): Route {
  const schema = z.object<Params>(params);
  return {
    path,
    access,
    methods: methods.filter((method) => answers[method] !== undefined),
    bind: (raw) => {
      const parsed = schema.safeParse(raw);
      if (!parsed.success) return undefined;
      return (exchange, method) => answers[method]?.({ ...exchange, params: parsed.data });
    },
  };
}

const methods: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** What a request's path leads to. */
export interface Match {
  /** The route's pattern. */
  path: string;
  access: RouteAccess;
  /** @throws HttpFault method_not_allowed */
  answer: (exchange: Omit<Exchange, "params">) => void | Promise<void>;
}

/**
 * All routes. An address that is spelled in another way than ours, or begins as one of ours and goes on differently, is nothing;
 * what begins otherwise is `rest`'s.
 */
export class RouteTable {
  readonly #routes: readonly { route: Route; segments: readonly string[] }[];
  readonly #rest: Route;
  /** First segments that are taken, in lower case. */
  readonly #taken: ReadonlySet<string>;

  constructor(routes: readonly Route[], rest: Route) {
    this.#routes = routes.map((route) => ({ route, segments: segmentsOf(route.path) }));
    this.#rest = rest;
    this.#taken = new Set(this.#routes.map(({ segments }) => segments[0]?.toLowerCase() ?? ""));
  }

  /** @throws HttpFault not_found */
  find(path: string): Match {
    const segments = segmentsOf(path);
    if (!path.startsWith("/") || !segments.every((segment, index) => isPlain(segment, index === segments.length - 1))) throw new HttpFault("not_found");
    for (const { route, segments: pattern } of this.#routes) {
      const raw = compare(pattern, segments);
      const answer = raw && route.bind(raw);
      if (answer) return toMatch(route, answer);
    }
    const answer = this.#taken.has((segments[0] ?? "").toLowerCase()) ? undefined : this.#rest.bind({});
    if (answer === undefined) throw new HttpFault("not_found");
    return toMatch(this.#rest, answer);
  }
}

function toMatch({ path, access, methods: known }: Route, answer: NonNullable<ReturnType<Route["bind"]>>): Match {
  return {
    path,
    access,
    answer: (exchange) => {
      const asked = exchange.request.method === "HEAD" ? "GET" : exchange.request.method;
      const method = known.find((candidate) => candidate === asked);
      if (method !== undefined) return answer(exchange, method);
      exchange.response.setHeader("Allow", [...known, ...(known.includes("GET") ? ["HEAD"] : [])].join(", "));
      throw new HttpFault("method_not_allowed");
    },
  };
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split("/");
}

/** Our spelling of a segment: nothing empty (but for the root and a last slash), no dots alone, nothing encoded without need. */
function isPlain(segment: string, isLast: boolean): boolean {
  if (segment === "") return isLast;
  if (/^\.{1,2}$/.test(segment) || !/^(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/.test(segment)) return false;
  return !/%(?:[01][0-9a-f]|2[5def]|3\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])/i.test(segment);
}

/** The texts of a pattern's parameters, or undefined where the path is another. */
function compare(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const open = pattern.at(-1) === "*";
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const raw: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (open && index === pattern.length - 1) return raw;
    if (expected.startsWith(":")) raw[expected.slice(1)] = segment;
    else if (expected !== segment) return undefined;
  }
  return raw;
}
