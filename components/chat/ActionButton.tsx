import clsx from "clsx";
import { IconButton, type IconButtonProps } from "../ui/IconButton.tsx";

/** A small button under a message. */
export function ActionButton({ className, ...rest }: IconButtonProps) {
  return <IconButton className={clsx(actionSize, className)} {...rest} />;
}

/** Smaller than other buttons where there is a pointer that hits it. */
export const actionSize = "md:size-8! md:[&_svg]:size-4!";

/** What is only needed now and then appears where the pointer or the focus is; where there is no pointer it is always there. */
export const shownOnDemand =
  "transition-opacity [@media(hover:hover)]:opacity-0 [@media(hover:hover)]:group-focus-within/message:opacity-100 [@media(hover:hover)]:group-hover/message:opacity-100";
