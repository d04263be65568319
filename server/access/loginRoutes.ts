import { z } from "zod";
import { EngineError } from "../../inference/errors.ts";
import { HttpFault } from "../errors.ts";
import { readBody } from "../http/body.ts";
import { route, type Exchange, type Route } from "../http/routes.ts";
import { readCookie } from "../http/session.ts";
import type { Monitor } from "../metrics/monitor.ts";
import type { Access } from "./access.ts";
import { loginContentPolicy, loginPage } from "./loginPage.ts";
import { loginLocales, loginTexts, type LoginLocale } from "./loginTexts.ts";

/** POST /login, as JSON or a form. */
export const loginSchema = z.object({ name: z.string().max(200).default(""), password: z.string().min(1).max(1000), next: z.string().max(2048).optional() });
const bodyBytes = 8192;

/** The page's preferences, which it keeps in cookies so that they hold here too. */
const localeSchema = z.enum(loginLocales).optional().catch(undefined);
const themeSchema = z.enum(["system", "light", "dark"]).catch("system");

const wrongTexts = { name: "wrong", passphrase: "wrongPassword", key: "wrongKey" } as const;

/**
 * GET /login: the page; POST /login: a form, answered with a redirect, or JSON, answered with 204; POST /logout.
 * The page works without scripts, as none of ours may be loaded before the login.
 */
export function loginRoutes(access: Access, monitor: Monitor): Route[] {
  const show = (exchange: Exchange, { status = 200, fault }: { status?: number; fault?: Fault } = {}): void => {
    const { request, response, query } = exchange;
    const chosen = localeSchema.parse(query.get("language") ?? undefined);
    const locale = chosen ?? localeOf(request.headers["accept-language"] ?? "", readCookie(request, "language"));
    if (chosen !== undefined) response.appendHeader("Set-Cookie", `language=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`);
    const texts = loginTexts[locale];
    const html = loginPage({
      locale,
      theme: themeSchema.parse(readCookie(request, "theme")),
      asked: access.asked,
      next: ownPath(fault?.next ?? query.get("next") ?? "/"),
      name: fault?.name ?? "",
      error: fault && (fault.wait === undefined ? texts[wrongTexts[access.asked]] : texts.limited.replace("{seconds}", String(fault.wait))),
    });
    response.writeHead(status, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Length": Buffer.byteLength(html),
      "Cache-Control": "no-store",
      "Content-Security-Policy": loginContentPolicy,
      Vary: "Cookie, Accept-Language",
    });
    response.end(html);
  };

  const open = (exchange: Exchange): void => {
    // Who is in already, or need not log in, has nothing to do here.
    if (access.identify(exchange.request) === undefined) show(exchange);
    else redirect(exchange, ownPath(exchange.query.get("next") ?? "/"));
  };

  const logIn = async (exchange: Exchange): Promise<void> => {
    if (!access.isClosed) throw new HttpFault("not_found");
    const { request, response } = exchange;
    const { form, isPage } = await readForm(exchange);
    const found = await access.logIn(request, form.name, form.password);
    monitor.logIn(Array.isArray(found) ? "right" : found === undefined ? "wrong" : "limited");
    if (Array.isArray(found)) {
      response.setHeader("Set-Cookie", found);
      if (isPage) redirect(exchange, ownPath(form.next ?? "/"));
      else response.writeHead(204).end();
      return;
    }
    if (found !== undefined) response.setHeader("Retry-After", found);
    if (isPage) show(exchange, { status: found === undefined ? 401 : 429, fault: { next: form.next, name: form.name, wait: found } });
    else throw found === undefined ? new HttpFault("unauthorized") : new HttpFault("rate_limited", { retryAfter: found });
  };

  const logOut = async ({ request, response }: Exchange): Promise<void> => {
    response.setHeader("Set-Cookie", await access.logOut(request));
    response.writeHead(303, { Location: access.isClosed ? "/login" : "/" }).end();
  };

  return [route("/login", {}, { GET: open, POST: logIn }, "open"), route("/logout", {}, { POST: logOut }, "open")];
}

interface Fault {
  next: string | undefined;
  name: string;
  /** Seconds, after too many wrong passwords. */
  wait: number | undefined;
}

async function readForm({ request }: Exchange): Promise<{ form: z.infer<typeof loginSchema>; isPage: boolean }> {
  const type = request.headers["content-type"] ?? "";
  const isPage = /^application\/x-www-form-urlencoded\b/i.test(type);
  if (!isPage && !/^application\/json\b/i.test(type)) throw new HttpFault("unsupported_media_type");
  const text = (await readBody(request, bodyBytes)).toString("utf8");
  const parsed = loginSchema.safeParse(isPage ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text));
  if (!parsed.success) throw new EngineError("invalid_request", { reason: "unexpected form" });
  return { form: parsed.data, isPage };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError("invalid_request", { reason: "not JSON" }, { cause });
  }
}

/** Where to go after the login: a path of ours, however it was dressed up; else the page. */
export function ownPath(next: string): string {
  const base = "http://own.invalid";
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) || !URL.canParse(next, base)) return "/";
  const { origin, pathname, search } = new URL(next, base);
  if (origin !== base || pathname.startsWith("//") || /^\/log(?:in|out)$/.test(pathname)) return "/";
  return `${pathname}${search}`;
}

function redirect({ response }: Exchange, path: string): void {
  response.writeHead(303, { Location: path, "Cache-Control": "no-store" }).end();
}

/** The same choice as next.config.js makes for the page. */
function localeOf(accepted: string, cookie: string | undefined): LoginLocale {
  return localeSchema.parse(cookie) ?? (/^zh/i.test(accepted) ? "zh" : "en");
}
