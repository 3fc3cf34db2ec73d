// Scrolling: it follows while one is at the end, and never jumps while one reads.

import { expect, test } from "../fixtures/test";
import type { ChatPage } from "../pages/chat";

test.use({ longMessages: 160 });

test("a conversation opens at its end", async ({ chat, long }) => {
  await chat.open(long);
  await expect(chat.log.getByText("Message 160.", { exact: true })).toBeInViewport();
  await expect(chat.newest).toBeHidden();
});

test("older messages load without moving what one reads", async ({ page, chat, long }) => {
  await chat.open(long);
  const message = (number: number) => chat.log.getByText(`Message ${number}.`, { exact: true });
  await expect(message(111)).toHaveCount(1);
  await expect(message(110)).toHaveCount(0);
  // Holds the next page back, so that the position can be read before it comes.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/ui/**", async (route) => {
    await held;
    await route.continue();
  });
  await message(112).scrollIntoViewIfNeeded();
  await chat.older.scrollIntoViewIfNeeded();
  const before = await message(112).evaluate(top);
  release();
  await expect(message(110)).toHaveCount(1);
  await expect.poll(() => message(112).evaluate(top)).toBeGreaterThan(before - 3);
  expect(Math.abs((await message(112).evaluate(top)) - before)).toBeLessThanOrEqual(3);
});

test("while one reads further up nothing moves, and a pill leads back", async ({
  page,
  provider: _,
  chat,
  long,
}) => {
  await chat.open(long);
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  await expect(chat.answer).toContainText("The river carries small boats");
  await page.mouse.move(640, 300);
  await page.mouse.wheel(0, -1_500);
  await expect(chat.newest).toBeVisible();
  const landmark = chat.log.getByText("Message 158.", { exact: true });
  await settled(() => landmark.evaluate(top));
  const before = await landmark.evaluate(top);
  const length = (await chat.answer.innerText()).length;
  await expect.poll(async () => (await chat.answer.innerText()).length).toBeGreaterThan(length + 500);
  expect(Math.abs((await landmark.evaluate(top)) - before)).toBeLessThanOrEqual(1);
  await chat.newest.click();
  await expect(chat.newest).toBeHidden();
  await expect.poll(() => distanceToEnd(chat)).toBeLessThan(80);
  await chat.stop.click();
});

test("at the end it follows the answer", async ({ provider: _, chat, long }) => {
  await chat.open(long);
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  await expect.poll(async () => (await chat.answer.innerText()).length).toBeGreaterThan(3_000);
  await expect.poll(() => distanceToEnd(chat)).toBeLessThan(80);
  await expect(chat.newest).toBeHidden();
  await chat.stop.click();
});

const top = (element: Element) => element.getBoundingClientRect().top;

/**
 * Waits until a place is the same twice in a row: the wheel's smooth scrolling is over. Scroll
 * anchoring works in whole pixels, so the fraction of one is no movement.
 */
async function settled(read: () => Promise<number>): Promise<void> {
  let last = Number.NaN;
  const step = async () => Math.abs(last - (last = await read()));
  await expect.poll(step).toBeLessThan(1);
}

/** Pixels between the end of the messages and the lower edge of what is seen of them. */
function distanceToEnd({ log }: ChatPage): Promise<number> {
  // It is laid out from its end, which is therefore its zero.
  return log.evaluate(({ scrollTop }) => Math.abs(scrollTop));
}
