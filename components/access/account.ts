/** Set by the server at the login, for each account another; it opens nothing. */
const pattern = /(?:^|; )qwen3vl_account=([0-9a-f]{8})(?:;|$)/;

/** The account that is logged in in this browser, if any. */
function account(): string | undefined {
  return typeof document === "undefined" ? undefined : pattern.exec(document.cookie)?.[1];
}

/** Whose page this is, as long as it is open. */
const own = account();

/** What this browser keeps is kept by account: the name of a store, with the account that was logged in when the page was loaded. */
export function ofAccount(name: string): string {
  return own === undefined ? name : `${name}-${own}`;
}

/** Whether another account has logged in since, such as in another tab: what is on the page is not theirs. */
export function isOfAnother(): boolean {
  const now = account();
  return now !== undefined && now !== own;
}
