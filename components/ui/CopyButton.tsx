"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { copyText } from "./copyText.ts";
import { IconButton } from "./IconButton.tsx";

/** Copies what `text` gives, and says for two seconds that it did. */
export function CopyButton({ label, text, icon, className }: { label: string; text: () => string; icon?: ReactNode; className?: string }) {
  const t = useTranslations("chat");
  const [result, setResult] = useState<"copied" | "copyFailed">();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), 2000);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = () => {
    copyText(text()).then(
      () => setResult("copied"),
      () => setResult("copyFailed"),
    );
  };
  return (
    <IconButton label={result ? t(result) : label} onClick={copy} {...(className !== undefined && { className })}>
      {result === "copied" ? <Check aria-hidden className="text-accent" /> : (icon ?? <Copy aria-hidden />)}
    </IconButton>
  );
}
