import { httpErrorSchema } from "../../server/protocol.ts";

/** How a login ended: the wrong password, too many of these and for how many seconds, or no answer. */
export type LoginOutcome = { kind: "in" } | { kind: "wrong" } | { kind: "limited"; seconds: number } | { kind: "failed" };

export async function logIn(name: string, password: string): Promise<LoginOutcome> {
  try {
    const response = await fetch("/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, password }) });
    if (response.ok) return { kind: "in" };
    const { data } = httpErrorSchema.safeParse(await response.json());
    if (data?.error.code === "unauthorized") return { kind: "wrong" };
    if (data?.error.code === "rate_limited") return { kind: "limited", seconds: Number(response.headers.get("Retry-After") ?? 60) };
    return { kind: "failed" };
  } catch {
    return { kind: "failed" };
  }
}

/** Whether the server still knows who we are; undefined where it does not answer. */
export async function isLoggedIn(signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return (await fetch("/api/config", { signal })).status !== 401;
  } catch {
    return undefined;
  }
}
