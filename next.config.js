/** The listening process (server/) owns every route but the pages; Next.js only renders those. */
/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: true,
  images: { unoptimized: true },
  devIndicators: false,
  typescript: { ignoreBuildErrors: true }, // `npm run types` checks the whole project
  /** "/" is the page in the reader's language: the one that was chosen, else the browser's first one, else English. */
  async rewrites() {
    const at = (locale, has) => ({ source: "/", destination: `/${locale}`, ...(has && { has: [has] }) });
    return {
      beforeFiles: [
        at("en", { type: "cookie", key: "language", value: "en" }),
        at("zh", { type: "cookie", key: "language", value: "zh" }),
        at("zh", { type: "header", key: "accept-language", value: "[zZ][hH].*" }),
        at("en"),
      ],
    };
  },
};

export default config;
