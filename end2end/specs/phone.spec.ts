// The studio on a phone, 390 pixels wide.

import type { Page } from "@playwright/test";

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
  await studio.send("say", "x".repeat(300));
  await studio.api("POST", "prompt-profiles", { name: "y".repeat(120), system_prompt: "Be brief." });
  const paths = [
    "/chat",
    `/chat/${conversation_id}`,
    "/prompts",
    "/prompts?new=1",
    "/metrics",
    "/llm-config",
    "/llm-config?add=1",
    "/manual",
    "/parameters",
    `/parameters?conversation=${conversation_id}`,
  ];
  for (const path of paths) {
    await open(page, path);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      await expect.poll(() => excess(page), `${path} at ${width}`).toBeLessThanOrEqual(0);
    }
  }
});

/** By how many pixels the content exceeds the page or what scrolls within it; code may scroll sideways. */
function excess(page: Page): Promise<number> {
  return page.evaluate(() => {
    const scrollers = document.querySelectorAll("html, main *, aside *");
    const own = "pre, .table, .math, select, input, textarea, .visually-hidden";
    return Math.max(
      ...[...scrollers]
        .filter((element) => getComputedStyle(element).overflowX !== "visible" && !element.matches(own))
        .filter((element) => getComputedStyle(element).textOverflow !== "ellipsis")
        .map((element) => element.scrollWidth - element.clientWidth),
    );
  });
}
