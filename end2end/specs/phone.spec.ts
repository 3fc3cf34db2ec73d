// The studio on a phone, 390 pixels wide.

import { expectAccessible } from "../fixtures/accessibility";
import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";

const widths = [360, 390, 768, 1280, 2560];

test("ask and read; the sidebar is a drawer", async ({ page, provider: _, chat, sidebar }) => {
  await chat.open();
  await expect(sidebar.self).not.toBeInViewport();
  await chat.pick("plain");
  await chat.ask("Good morning");
  await chat.finished();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
  await expect(chat.composer).toBeInViewport();
  await page.getByRole("button", { name: "Open sidebar" }).click();
  await expect(sidebar.self).toBeInViewport();
  await expectAccessible(page);
  await sidebar.entry("Prompts").click();
  await expect(sidebar.self).not.toBeInViewport();
});

test("no page is wider than its screen", async ({ page, studio, provider: _ }) => {
  const { conversation_id } = await studio.send("markdown", "Show me everything.");
  for (const path of ["/chat", `/chat/${conversation_id}`, "/prompts", "/metrics", "/llm-config"]) {
    await open(page, path);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      const excess = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(excess, `${path} at ${width}`).toBeLessThanOrEqual(0);
    }
  }
});
