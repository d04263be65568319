import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { networkUrls } from "./network.ts";

const at = (address: string, family: "IPv4" | "IPv6", internal: boolean): NetworkInterfaceInfo =>
  family === "IPv4"
    ? { address, family, internal, netmask: "", mac: "", cidr: null }
    : { address, family, internal, netmask: "", mac: "", cidr: null, scopeid: 0 };
const interfaces = { lo: [at("127.0.0.1", "IPv4", true)], eth0: [at("192.0.2.7", "IPv4", false), at("fe80::1", "IPv6", false)] };

test("a server for the whole network is found under the machine's addresses, one for a single address under that", () => {
  expect(networkUrls("0.0.0.0", 7860, interfaces)).toEqual(["http://192.0.2.7:7860"]);
  expect(networkUrls("::", 7860, interfaces)).toEqual(["http://192.0.2.7:7860"]);
  expect(networkUrls("192.0.2.7", 7860, interfaces)).toEqual(["http://192.0.2.7:7860"]);
  expect(networkUrls("2001:db8::7", 80, interfaces)).toEqual(["http://[2001:db8::7]:80"]);
});

test.each(["127.0.0.1", "localhost", "::1"])("%s is for this machine alone", (host) => {
  expect(networkUrls(host, 7860, interfaces)).toEqual([]);
});
