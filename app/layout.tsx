import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { canvasColors } from "../components/theme/theme.ts";
import { beforeFirstPaint } from "./beforeFirstPaint.ts";
import "katex/dist/katex.min.css";
import "./globals.css";

export const metadata: Metadata = {
  title: "Qwen3-VL web demo",
  applicationName: "Qwen3-VL",
  appleWebApp: { capable: true, title: "Qwen3-VL", statusBarStyle: "default" },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: canvasColors.light },
    { media: "(prefers-color-scheme: dark)", color: canvasColors.dark },
  ],
};

/** Pages are rendered when the project is built, so that the server can allow exactly their inline scripts. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    // beforeFirstPaint completes these attributes before the first paint.
    <html lang="en" data-theme="system" suppressHydrationWarning>
      <head>
        {/* Here, and not a file: a moment later the wrong colours would have been seen. */}
        <script dangerouslySetInnerHTML={{ __html: `(${beforeFirstPaint.toString()})()` }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
