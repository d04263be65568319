import { Socket } from "node:net";
import { expect, test } from "vitest";
import { Peers } from "./peers.ts";

test("headers that name another machine are believed from the tunnel alone", () => {
  const peers = new Peers();
  const [tunnel, other] = [new Socket(), new Socket()];
  peers.trust(tunnel);
  const headers = { "x-forwarded-for": "127.0.0.1, 203.0.113.7" };
  expect(peers.address({ socket: tunnel, headers })).toBe("203.0.113.7");
  expect(peers.address({ socket: tunnel, headers: { ...headers, "x-real-ip": "2001:db8::1" } })).toBe("203.0.113.7");
  expect(peers.address({ socket: other, headers })).toBe("");
  expect(peers.isSecure({ socket: other, headers: {} })).toBe(false);
  expect(peers.isSecure({ socket: other, headers: { "x-forwarded-proto": "https" } })).toBe(false);
});

test("a tunnel that names nobody, or nonsense, is one visitor", () => {
  const peers = new Peers();
  const socket = new Socket();
  peers.trust(socket);
  expect(peers.address({ socket, headers: {} })).toBe("tunnel");
  expect(peers.address({ socket, headers: { "x-forwarded-for": "<script>" } })).toBe("tunnel");
});

test("a reverse proxy that was named at the start says for whom it asks, and how", () => {
  const proxy = Object.defineProperty(new Socket(), "remoteAddress", { value: "::ffff:10.0.0.2" });
  const headers = { "x-forwarded-for": "1.1.1.1, 203.0.113.7", "x-forwarded-proto": "https" };
  const named = new Peers(["10.0.0.2"]);
  expect([named.address({ socket: proxy, headers }), named.isSecure({ socket: proxy, headers })]).toEqual(["203.0.113.7", true]);
  expect(named.isSecure({ socket: proxy, headers: { "x-forwarded-proto": "https, http" } })).toBe(false);
  const unnamed = new Peers();
  expect([unnamed.address({ socket: proxy, headers }), unnamed.isSecure({ socket: proxy, headers })]).toEqual(["10.0.0.2", false]);
});
