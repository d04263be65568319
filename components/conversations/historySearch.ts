/** The field that looks through the history. */
export const historySearchId = "history-search";
