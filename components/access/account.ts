/** Set by the server at the login, for each account another; it opens nothing. */
const pattern = /(?:^|; )qwen3vl_account=([0-9a-f]{8})(?:;|$)/;

/** What this browser keeps is kept by account: the name of a store, with the account that is logged in, if any. */
export function ofAccount(name: string): string {
  const account = typeof document === "undefined" ? undefined : pattern.exec(document.cookie)?.[1];
  return account === undefined ? name : `${name}-${account}`;
}
