"use client";

import { useEffect, useRef, useState, type CSSProperties } from "react";
import { framePath, fromFrameSchema, type FromFrame, type ToFrame } from "./frame.ts";

export interface SandboxFrameProps {
  title: string;
  /** A whole page. */
  html: string;
  /** Whether its scripts run; a frame in which they did cannot be used for another page. */
  run: boolean;
  /** The part that is pointed at elsewhere. */
  part?: string | undefined;
  onMessage?: (message: Exclude<FromFrame, { type: "ready" }>) => void;
  className?: string;
  style?: CSSProperties;
}

/** Shows a page that is not ours, apart from everything: no origin, no network, no way out. */
export function SandboxFrame(props: SandboxFrameProps) {
  // Another page to run takes another frame.
  return <Frame key={props.run ? props.html : ""} {...props} />;
}

function Frame({ title, html, run, part, onMessage, className, style }: SandboxFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  /** What the reader points at within: there is no need to scroll to that. */
  const within = useRef("");
  const listener = useRef(onMessage);
  useEffect(() => {
    listener.current = onMessage;
  });
  useEffect(() => {
    const receive = (event: MessageEvent<unknown>): void => {
      if (event.source !== frame.current?.contentWindow) return;
      const message = fromFrameSchema.safeParse(event.data).data;
      if (message?.type === "point") within.current = message.part;
      if (message?.type === "ready") setReady(true);
      else if (message) listener.current?.(message);
    };
    window.addEventListener("message", receive);
    return () => window.removeEventListener("message", receive);
  }, []);
  useEffect(() => {
    if (ready) post(frame.current, { type: run ? "run" : "show", html });
  }, [ready, run, html]);
  useEffect(() => {
    if (ready) post(frame.current, { type: "light", part: part ?? "", scroll: part !== within.current });
  }, [ready, part]);
  return (
    <iframe
      ref={frame}
      title={title}
      src={framePath}
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      className={className}
      style={style}
    />
  );
}

/** The frame has no origin that could be named. */
function post(frame: HTMLIFrameElement | null, message: ToFrame): void {
  frame?.contentWindow?.postMessage(message, "*");
}
