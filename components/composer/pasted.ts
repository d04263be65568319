/** What is done with pasted words besides typing them. */

/** From here on a pasted text becomes an attachment; characters. */
export const longText = 4000;

const pictureNames = /\.(jpe?g|png|webp|gif)$/i;
const clipNames = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;

export interface Address {
  url: string;
  host: string;
  kind: "picture" | "clip";
}

/** The address of a picture or clip, where the text is nothing but that. */
export function mediaAddress(text: string): Address | undefined {
  const url = text.trim();
  if (url.length > 2048 || /\s/.test(url) || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { host, pathname, search } = new URL(url);
  // Picture services name the format in the query.
  const format = /[?&](?:format|fm|ext)=(\w+)/i.exec(search)?.[1];
  const named = [pathname, ...(format === undefined ? [] : [`.${format}`])];
  if (named.some((name) => pictureNames.test(name))) return { url, host, kind: "picture" };
  return named.some((name) => clipNames.test(name)) ? { url, host, kind: "clip" } : undefined;
}
