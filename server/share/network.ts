import { networkInterfaces } from "node:os";

/** Where the page is found in the own network; empty where the server listens on its own machine alone. */
export function networkUrls(host: string, port: number, interfaces?: ReturnType<typeof networkInterfaces>): string[] {
  if (host !== "0.0.0.0" && host !== "::") return isLoopback(host) ? [] : [`http://${host.includes(":") ? `[${host}]` : host}:${port}`];
  const own = Object.values(interfaces ?? networkInterfaces()).flatMap((found) => found ?? []);
  // An IPv6 address that is not bound to one's own cable is rarely typed, and changes by the day.
  return own.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => `http://${address}:${port}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
