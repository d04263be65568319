import { ffmpegFile, png, whiteRow } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import { userFile, type UserFile } from "./page.ts";
import { conversation, mediaFolder } from "./recorded.ts";

/** What cannot be used is refused by name and with the reason, and nothing else of the draft is lost. */

// The browser itself notes every request that is answered with an error.
test.use({ allowedErrors: /Failed to load resource: the server responded with a status of 4\d\d/ });

const [drawing] = conversation("color", "shape").turns;
const mebibyte = 1024 * 1024;

interface Refusal {
  what: string;
  file: () => Promise<UserFile> | UserFile;
  reason: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    what: "a text file renamed .png",
    file: () => ({ name: "notes.png", type: "image/png", bytes: Buffer.from("This is no picture.\n".repeat(50)) }),
    reason: /notes\.png.* is not a picture/,
  },
  {
    what: "half a JPEG",
    file: async () => {
      const whole = await userFile(`${mediaFolder}/texture.jpg`);
      return { ...whole, name: "half.jpg", bytes: whole.bytes.subarray(0, whole.bytes.length / 2) };
    },
    reason: /half\.jpg.* is damaged or incomplete/,
  },
  { what: "an empty file", file: () => ({ name: "empty.png", type: "image/png", bytes: Buffer.alloc(0) }), reason: /empty\.png.* is empty/ },
  {
    what: "a picture of 1 × 400",
    file: () => ({ name: "line.png", type: "image/png", bytes: png(1, 400, Buffer.concat(Array<Buffer>(400).fill(whiteRow(1)))) }),
    reason: /line\.png.* is too narrow/,
  },
  {
    what: "a picture of 20000 × 20000, by its header",
    file: () => ({ name: "huge.png", type: "image/png", bytes: png(20_000, 20_000, whiteRow(20_000)) }),
    reason: /huge\.png.* has too many pixels/,
  },
  {
    what: "an mp4 without a video stream",
    file: async () => ({
      name: "sound.mp4",
      type: "video/mp4",
      bytes: await ffmpegFile(["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"], ".mp4"),
    }),
    reason: /sound\.mp4.* has no moving picture/,
  },
  {
    what: "a file over the limit",
    file: () => ({ name: "heavy.png", type: "image/png", bytes: Buffer.concat([png(1, 1, whiteRow(1)), Buffer.alloc(21 * mebibyte)]) }),
    reason: /heavy\.png.* is too large/,
  },
  {
    what: "a playlist renamed .mp4",
    file: () => ({
      name: "list.mp4",
      type: "video/mp4",
      bytes: Buffer.from("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"),
    }),
    reason: /list\.mp4.* is not a clip/,
  },
];

for (const { what, file, reason } of refusals) {
  test(`${what} is refused, text and other attachments stay`, async ({ chat, page }) => {
    await chat.upload(drawing.files);
    await chat.message.fill(drawing.text);

    const refused = await file();
    await chat.attach([refused], "drop");
    await expect(chat.alerts.filter({ hasText: reason })).toBeVisible();
    await expect(chat.message).toHaveValue(drawing.text);
    await chat.uploaded(drawing.files);

    // Refused by the server it stays as a card that says so; refused by the page it is only listed.
    const card = page.getByRole("button", { name: `Remove ${refused.name}`, exact: true });
    if (await card.isVisible()) await card.click();
    await chat.send.click();
    expect(await chat.words(await chat.ended(1))).toBe(drawing.answer);
  });
}
