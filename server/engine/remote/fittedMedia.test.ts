import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MediaPart } from "../../../inference/conversation.ts";
import { FittedMedia } from "./fittedMedia.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "fitted-"))));
afterEach(() => rm(folder, { recursive: true }));

const part: MediaPart = { type: "image", image: "/a.png" };
const fit = async (_: MediaPart, { folder: own }: { folder: string }) => {
  const file = join(own, "picture");
  await writeFile(file, "ten bytes.");
  return { files: [file], mime: "image/png" };
};
const files = async (): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));

test("two who ask for the same at once get one, and nothing is left of the other", async () => {
  await using media = new FittedMedia(fit, folder);
  const { signal } = new AbortController();
  const held = (): void => undefined;
  const [one, other] = await Promise.all([media.get(part, "frames", { signal, held }), media.get(part, "frames", { signal, held })]);
  expect(one).toEqual(other);
  expect(await files()).toEqual(one.files);
});

test("what nobody uses goes when there is too much; what somebody uses stays", async () => {
  await using media = new FittedMedia(fit, folder, 15);
  const { signal } = new AbortController();
  const releases: (() => void)[] = [];
  const get = (image: string) => media.get({ type: "image", image }, "frames", { signal, held: (release) => releases.push(release) });
  const [first, second] = [await get("/a.png"), await get("/b.png")];
  expect(await files()).toHaveLength(2);
  releases[0]?.();
  await expect.poll(files).toEqual(second.files);
  expect(first.files).not.toEqual(second.files);
});

test("what a server that was killed left behind is removed, and another's kept", async () => {
  const [gone, other] = [join(folder, "a.999999999.part"), join(folder, `b.${process.ppid}.part`)];
  for (const left of [gone, other]) {
    await mkdir(left);
    await writeFile(join(left, "picture"), "");
  }
  {
    await using media = new FittedMedia(fit, folder);
    await media.get(part, "frames", { signal: new AbortController().signal, held: () => undefined });
    expect(await files()).toHaveLength(2);
  }
  expect(await files()).toEqual([join(other, "picture")]);
});
