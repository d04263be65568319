import type { MetadataRoute } from "next";
import { en } from "../components/i18n/en.ts";
import { canvasColors } from "../components/theme/theme.ts";

/**
 * Lets the page be installed. There is no service worker: what runs on this port of this machine tomorrow may be another
 * program, and a page that was kept must never stand in its place.
 */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: "/",
    name: `${en.app.name} ${en.app.suffix}`,
    short_name: en.app.name,
    description: en.app.description,
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: canvasColors.light,
    theme_color: canvasColors.light,
    icons: [
      { src: "/icons/mark-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/mark-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
    ],
  };
}
