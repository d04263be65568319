/** The listening process (server/) owns every route but the pages; Next.js only renders those. */
/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: true,
  images: { unoptimized: true },
  devIndicators: false,
  typescript: { ignoreBuildErrors: true }, // `npm run types` checks the whole project
  /**
   * "/" is the page in the reader's language: the one that was chosen, else the browser's first one, else English. So is the page
   * of a shared conversation, which reads from its own address which one. server/page.ts says which model is asked.
   */
  async rewrites() {
    const inLanguage = (source, page, ...when) => {
      const at = (locale, ...signs) => ({ source, destination: `/${locale}${page}`, has: [...when, ...signs] });
      return [
        at("en", { type: "cookie", key: "language", value: "en" }),
        at("zh", { type: "cookie", key: "language", value: "zh" }),
        at("zh", { type: "header", key: "accept-language", value: "[zZ][hH].*" }),
        at("en"),
      ];
    };
    const embedded = { type: "header", key: "x-model", value: "embedded" };
    return { beforeFiles: [...inLanguage("/", "/embedded", embedded), ...inLanguage("/", ""), ...inLanguage("/shared/:share", "/shared")] };
  },
};

export default config;
