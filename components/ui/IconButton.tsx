import clsx from "clsx";
import type { ComponentProps } from "react";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "title" | "type"> {
  /** The name for assistive technology, and the tooltip. */
  label: string;
}

/** A round button with only an icon; large enough for a finger on small screens. */
export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        "inline-flex size-11 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink",
        "disabled:pointer-events-none disabled:opacity-40 md:size-9 [&_svg]:size-[1.15rem]",
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
