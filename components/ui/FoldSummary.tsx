import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** The line of a `<details>` that always shows; its arrow says that more is behind it. */
export function FoldSummary({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <summary className={clsx("flex min-h-11 cursor-pointer items-center gap-1 md:min-h-8 [&::-webkit-details-marker]:hidden", className)}>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-muted transition-transform [details[open]>summary>&]:rotate-90" />
      {children}
    </summary>
  );
}
