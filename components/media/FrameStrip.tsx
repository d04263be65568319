import { useLocale, useTranslations } from "use-intl";
import { formatSeconds } from "../i18n/format.ts";

/** A line as long as the clip, with a tick at each time of which a frame will be looked at. */
export function FrameStrip({ duration, times }: { duration: number; times: readonly number[] }) {
  const t = useTranslations("media");
  const locale = useLocale();
  const written = times.map((time) => formatSeconds(locale, time));
  const listed = written.length > 12 ? `${written.slice(0, 6).join(", ")} … ${written.slice(-2).join(", ")}` : written.join(", ");
  const end = Math.max(duration, times.at(-1) ?? 0, 0.001);
  return (
    <div role="img" aria-label={t("framesHint", { count: times.length, times: listed })} title={t("framesHint", { count: times.length, times: listed })}>
      <div className="relative h-2.5 overflow-hidden rounded-sm bg-sunken">
        {times.map((time, index) => (
          <span key={index} className="absolute inset-y-0 w-0.5 rounded-full bg-accent" style={{ left: `calc(${(time / end) * 100}% * 0.985)` }} />
        ))}
      </div>
      <div aria-hidden className="mt-0.5 flex justify-between text-[0.6875rem] leading-tight text-muted tabular-nums">
        <span>{formatSeconds(locale, 0)}</span>
        <span>{formatSeconds(locale, duration)}</span>
      </div>
    </div>
  );
}
