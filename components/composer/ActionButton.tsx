import clsx from "clsx";
import type { ComponentProps } from "react";

/** A button with words; `strong` is the one that goes on. */
export function ActionButton({ strong = false, className, ...rest }: ComponentProps<"button"> & { strong?: boolean }) {
  return (
    <button
      type="button"
      className={clsx(
        "inline-flex min-h-11 items-center justify-center gap-2 rounded-full px-4 text-sm font-medium transition-colors disabled:pointer-events-none md:min-h-9",
        strong ? "bg-accent text-on-accent hover:bg-accent-strong disabled:bg-sunken disabled:text-muted" : "text-ink hover:bg-sunken disabled:text-muted",
        className,
      )}
      {...rest}
    />
  );
}
