import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { until } from "../support/until.ts";
import type { PhonePage } from "./phone_page.ts";
import { type PersonOptions, type Stage, stageTest } from "./stage.ts";

/** The own picture of a phone that is in a call. */
async function ownPicture(stage: Stage, options: PersonOptions): Promise<[PhonePage, Locator]> {
  const phone = await stage.phone("1001", options);
  await stage.phone("1002");
  await phone.faces({ call: "established" });
  await phone.seesAndHears();
  return [phone, phone.page.getByRole("group", { name: /^Your picture/ })];
}

/** The middle of an element, and how large it is. */
async function placeOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error("Cannot measure what is not shown");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height };
}

/** Waits until the picture rests in this corner of the window, and its name says so. */
async function restsIn(phone: PhonePage, picture: Locator, corner: string): Promise<void> {
  const { width, height } = phone.page.viewportSize() ?? { width: 0, height: 0 };
  await until(async () => {
    const { x, y } = await placeOf(picture);
    return `${y < height / 2 ? "top" : "bottom"} ${x < width / 2 ? "left" : "right"}`;
  }, (seen) => seen === corner);
  assert.match(await picture.getAttribute("aria-label") ?? "", new RegExp(corner));
}

const WINDOWS: readonly PersonOptions[] = [
  { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" },
  { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" },
];

for (const options of WINDOWS) {
  const { width = 0, height = 0 } = options.viewport ?? {};

  stageTest(`the own picture is small, and goes where it is dragged, ${width} wide`, async (stage) => {
    const [phone, picture] = await ownPicture(stage, options);
    await restsIn(phone, picture, "top right");
    const start = await placeOf(picture);
    assert.ok(start.width * start.height < width * height / 8, "it leaves the screen to the other side");

    for (const [x, y, corner] of [[0.2, 0.8, "bottom left"], [0.8, 0.3, "top right"]] as const) {
      const { x: left, y: top } = await placeOf(picture);
      await phone.page.mouse.move(left, top);
      await phone.page.mouse.down();
      await phone.page.mouse.move(width * x, height * y, { steps: 8 });
      const held = await placeOf(picture);
      assert.ok(Math.hypot(held.x - width * x, held.y - height * y) < 3, "it follows the pointer");
      await phone.page.mouse.up();
      await restsIn(phone, picture, corner);
    }
  });

  stageTest(`the own picture goes where the arrow keys send it, ${width} wide`, async (stage) => {
    const [phone, picture] = await ownPicture(stage, options);
    await picture.focus();
    const ways = [
      ["ArrowDown", "bottom right"],
      ["ArrowLeft", "bottom left"],
      ["ArrowUp", "top left"],
      ["ArrowRight", "top right"],
    ] as const;
    for (const [key, corner] of ways) {
      await phone.page.keyboard.press(key);
      await restsIn(phone, picture, corner);
      const { x, y, width: wide, height: high } = await placeOf(picture);
      const isInside = x >= wide / 2 && y >= high / 2 && x <= width - wide / 2 && y <= height - high / 2;
      assert.ok(isInside, `it is whole in the ${corner}`);
    }
  });
}

stageTest("after a call no player that is gone holds pictures of the camera", async (stage) => {
  const [phone] = await ownPicture(stage, {});
  await phone.page.evaluate("globalThis.players = [...document.querySelectorAll('video')]");
  await phone.press("Hang up");
  await phone.faces({ call: "ended" });
  const held = "players.map(({ isConnected, srcObject }) => isConnected || srcObject !== null)";
  const seen = await until(
    () => phone.page.evaluate(held) as Promise<boolean[]>,
    (all) => !all.includes(true),
  );
  assert.equal(seen.length, 2);
});
