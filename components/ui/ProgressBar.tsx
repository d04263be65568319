import clsx from "clsx";

/** A thin bar; `fraction` 0 to 1. */
export function ProgressBar({ fraction, label, className }: { fraction: number; label: string; className?: string }) {
  const percent = Math.round(Math.min(Math.max(fraction, 0), 1) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={clsx("h-1 overflow-hidden rounded-full bg-line", className)}
    >
      <div className="h-full rounded-full bg-accent transition-[width] duration-200" style={{ width: `${percent}%` }} />
    </div>
  );
}
