import { expect, test } from "vitest";
import { shareOrigin } from "./shareOrigin.ts";

const here = { origin: "http://localhost:7860", hostname: "localhost" };
const link = { state: "open" as const, url: "https://abc.example" };

test("on the server's own machine a link begins with what others can follow", () => {
  expect(shareOrigin(here, { link, network: ["http://192.0.2.1:7860"] })).toEqual({ origin: "https://abc.example", reach: "tunnel" });
  expect(shareOrigin(here, { link: { state: "opening" }, network: ["http://192.0.2.1:7860"] })).toEqual({ origin: "http://192.0.2.1:7860", reach: "network" });
  expect(shareOrigin({ origin: "http://127.0.0.1:1", hostname: "127.0.0.1" }, { network: [] })).toEqual({ origin: "http://127.0.0.1:1", reach: "machine" });
  expect(shareOrigin(here, undefined).reach).toBe("machine");
});

test("who is elsewhere gives on the name by which they came", () => {
  const there = { origin: "https://demo.example", hostname: "demo.example" };
  expect(shareOrigin(there, { link, network: [] })).toEqual({ origin: "https://demo.example", reach: "page" });
});
