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
  expect(peers.isSecure({ socket: other })).toBe(false);
});

test("a tunnel that names nobody, or nonsense, is one visitor", () => {
  const peers = new Peers();
  const socket = new Socket();
  peers.trust(socket);
  expect(peers.address({ socket, headers: {} })).toBe("tunnel");
  expect(peers.address({ socket, headers: { "x-forwarded-for": "<script>" } })).toBe("tunnel");
});
