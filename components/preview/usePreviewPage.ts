"use client";

import { useEffect, useId, useState } from "react";
import type { Preview } from "../results/types.ts";
import { useDark } from "../theme/useDark.ts";
import { useThrottled } from "../ui/useThrottled.ts";
import { drawMermaid } from "./mermaid.ts";
import { draftDrawing, draftOf, drawingPage } from "./pages.ts";

export type PreviewPage = { state: "loading" } | { state: "shown"; html: string; run: boolean } | { state: "failed"; reason: string };

/** How often (ms) a page that is being written is shown anew. */
const interval = 400;

/** What the sandboxed frame shows of a preview; it grows with the answer. */
export function usePreviewPage(preview: Preview): PreviewPage {
  const dark = useDark();
  const { language, source, complete } = useThrottled(preview, preview.complete ? 0 : interval);
  const diagram = useDiagram(language === "mermaid" ? source : undefined, complete);
  switch (language) {
    case "html":
      return { state: "shown", html: complete ? source : draftOf(source), run: complete };
    case "svg":
      return { state: "shown", html: drawingPage(complete ? source : draftDrawing(source), dark), run: false };
    case "mermaid":
      return diagram;
  }
}

/** While it is written, the last state of it that could be drawn. */
function useDiagram(source: string | undefined, complete: boolean): PreviewPage {
  const id = `diagram${useId().replaceAll(/\W/g, "")}`;
  const dark = useDark();
  const [page, setPage] = useState<PreviewPage>({ state: "loading" });
  useEffect(() => {
    if (source === undefined) return;
    let current = true;
    drawMermaid(id, source, dark).then(
      (svg) => {
        if (current) setPage({ state: "shown", html: drawingPage(svg, dark), run: false });
      },
      (fault: unknown) => {
        if (current && complete) setPage({ state: "failed", reason: fault instanceof Error ? (fault.message.split("\n")[0]?.replace(/:$/, "") ?? "") : String(fault) });
      },
    );
    return () => {
      current = false;
    };
  }, [id, source, complete, dark]);
  return page;
}
