import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** Ranges that are not reachable from everywhere: the IANA special-purpose registries of IPv4 and IPv6, and multicast. */
const ipv4Ranges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** Within 2000::/3, which alone is global: tunnels that carry IPv4 addresses, documentation, benchmarks. */
const ipv6Ranges = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const notGlobal = listOf(ipv4Ranges, "ipv4");
const globalIpv6 = listOf(["2000::/3"], "ipv6");
const notGlobalIpv6 = listOf(ipv6Ranges, "ipv6");

/** Loopback, and "any address", which is dialled as loopback; with the IPv4 addresses that are written as IPv6. */
const own = new BlockList();
own.addSubnet("127.0.0.0", 8, "ipv4");
own.addSubnet("0.0.0.0", 8, "ipv4");
own.addSubnet("::", 127, "ipv6");

function listOf(ranges: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", prefix] = range.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** Whether an IP address, in its usual spelling, belongs to the public internet. */
export function isGlobalAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notGlobal.check(address, "ipv4");
    case 6:
      // Leaves out loopback, link-local, private, IPv4-mapped and NAT64 addresses, which all lie outside of 2000::/3.
      return globalIpv6.check(address, "ipv6") && !notGlobalIpv6.check(address, "ipv6");
    default:
      return false;
  }
}

/** Whether an IP address reaches this machine itself. */
export function isThisMachine(address: string): boolean {
  if (own.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) return true;
  return Object.values(networkInterfaces()).flat().some((found) => found?.address === address);
}
