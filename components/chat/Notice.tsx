import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Something that went wrong with an answer, and what can be done. */
export function Notice({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div role="alert" className="flex items-start gap-3 rounded-2xl bg-danger-soft px-4 py-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-danger" />
      <div className="min-w-0 grow wrap-anywhere">
        <p className="font-medium">{title}</p>
        <p className="text-muted">{text}</p>
      </div>
      <div className="shrink-0 self-center text-danger">{children}</div>
    </div>
  );
}
