import { useEffect, useState } from "react";
import { useChat } from "../chat/Sessions.tsx";
import { isLoggedIn } from "./logIn.ts";

/** Milliseconds between two looks at whether it is the login that is missing. */
const interval = 2000;

/** Whether the line is down because the login is over. */
export function useLoginLost(): [lost: boolean, back: () => void] {
  const connected = useChat((state) => state.connection) === "open";
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (connected) return;
    const controller = new AbortController();
    const look = async () => {
      const known = await isLoggedIn(controller.signal);
      if (known !== undefined && !controller.signal.aborted) setLost(!known);
    };
    void look();
    const timer = setInterval(() => void look(), interval);
    return () => {
      controller.abort();
      clearInterval(timer);
      // Back by itself, as after a login in another tab.
      setLost(false);
    };
  }, [connected]);
  return [lost, () => setLost(false)];
}
