import { useQuery } from "@tanstack/react-query";
import type { Addresses } from "../../server/share/protocol.ts";
import { fetchAddresses } from "./requests.ts";

export const addressesKey = ["addresses"];

export interface ShareOrigin {
  origin: string;
  /** Who can follow a link that begins with it: those who reach this very page, everybody by the tunnel, the own network, or nobody else. */
  reach: "page" | "tunnel" | "network" | "machine";
}

/** What a link begins with that others are to follow: on the machine of the server, not the name that only it has for itself. */
export function shareOrigin({ origin, hostname }: Pick<Location, "origin" | "hostname">, addresses: Addresses | undefined): ShareOrigin {
  if (!/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return { origin, reach: "page" };
  if (addresses?.link?.state === "open") return { origin: addresses.link.url, reach: "tunnel" };
  const [network] = addresses?.network ?? [];
  return network === undefined ? { origin, reach: "machine" } : { origin: network, reach: "network" };
}

export function useShareOrigin(): ShareOrigin {
  const { data } = useQuery({ queryKey: addressesKey, queryFn: fetchAddresses, staleTime: 0, refetchInterval: 5000 });
  return shareOrigin(location, data);
}
