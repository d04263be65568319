import * as z from "zod/mini";
import { httpErrorSchema } from "../../server/protocol.ts";
import {
  addressesSchema,
  sharedConversationSchema,
  shareListSchema,
  shareSummarySchema,
  type Addresses,
  type SharedConversation,
  type ShareRequest,
  type ShareSummary,
} from "../../server/share/protocol.ts";
import type { PageError } from "../i18n/errorText.ts";

/** A request of this room that failed, for a reason that the reader is told. */
export class ShareError extends Error {
  override readonly name = "ShareError";
  readonly error: PageError;

  constructor(error: PageError, options?: ErrorOptions) {
    super(error.code, options);
    this.error = error;
  }
}

export function errorOf(fault: unknown): PageError {
  return fault instanceof ShareError ? fault.error : { code: "internal", params: {} };
}

/** @throws ShareError */
async function ask<Value>(path: string, schema: z.ZodMiniType<Value>, init?: RequestInit): Promise<Value> {
  const response = await fetch(path, init).catch((cause: unknown) => {
    throw new ShareError({ code: "network", params: {} }, { cause });
  });
  const json: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new ShareError(httpErrorSchema.safeParse(json).data?.error ?? { code: "internal", params: {} });
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ShareError({ code: "internal", params: {} }, { cause: parsed.error });
  return parsed.data;
}

export const fetchAddresses = (): Promise<Addresses> => ask("/api/link", addressesSchema);
export const retryLink = (): Promise<Addresses> => ask("/api/link/retry", addressesSchema, { method: "POST" });

export async function fetchShares(): Promise<ShareSummary[]> {
  return (await ask("/api/shares", shareListSchema)).shares;
}

export function createShare(request: ShareRequest): Promise<ShareSummary> {
  return ask("/api/shares", shareSummarySchema, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) });
}

/** One that is gone already is as good as revoked. */
export async function revokeShare(id: string): Promise<void> {
  await ask(`/api/shares/${id}`, z.undefined(), { method: "DELETE" }).catch((fault: unknown) => {
    if (errorOf(fault).code !== "not_found") throw fault;
  });
}

export const fetchShared = (id: string): Promise<SharedConversation> => ask(`/api/shares/${id}/conversation`, sharedConversationSchema);

export const sharePath = (id: string): string => `/shared/${id}`;
