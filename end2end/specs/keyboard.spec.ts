// Everything by keyboard alone.

import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";

test("send, stop and start anew without a mouse", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.log.focus();
  await page.keyboard.press("/");
  await expect(chat.composer).toBeFocused();
  await page.keyboard.type("First line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await expect(chat.composer).toHaveValue("First line\nsecond line");
  await page.keyboard.press("Enter");
  await expect(chat.answer).toContainText("The river carries small boats");
  await page.keyboard.press("Escape");
  await chat.finished();
  await expect(chat.answer).toContainText("You stopped this answer.");
  await page.keyboard.press("Control+Shift+O");
  await expect(page).toHaveURL(/\/chat$/);
  await expect(chat.composer).toBeFocused();
});

test("sending by the button leaves one writing", async ({ provider: _, chat }) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  await expect(chat.stop).toBeVisible();
  await expect(chat.composer).toBeFocused();
  await chat.stop.click();
  await chat.finished();
});

test("the first Tab skips to the content", async ({ page }) => {
  await open(page, "/prompts");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test("every control is reached by Tab and shows its focus", async ({ page, provider: _, studio, chat }) => {
  const { conversation_id } = await studio.send("plain", "Hello");
  await chat.open(conversation_id);
  const controls = page.locator("a[href], button:enabled, select, textarea, summary").filter({ visible: true });
  const wanted = await controls.count();
  // The composer has the focus already; from there the keyboard goes once around the page.
  for (let step = 0; step < wanted + 20; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      element.dataset.reached = "";
      // The frame of the composer shows the focus of the text area in it.
      const framed = element.matches("textarea") ? (element.closest("form") ?? element) : element;
      const { outlineStyle, outlineWidth } = getComputedStyle(framed);
      return {
        name: element.outerHTML.slice(0, 200),
        shown: outlineStyle !== "none" && outlineWidth !== "0px",
        page: element === document.body,
      };
    });
    // After the last control comes the browser's own frame, which counts as the page itself.
    if (!focus.page) {
      expect(focus, "the focus can be seen").toMatchObject({ shown: true });
    }
  }
  for (const control of [chat.composer, chat.model, chat.action("Copy"), chat.action("Retry")]) {
    await expect(control).toHaveAttribute("data-reached", "");
  }
  await expect(controls.and(page.locator(":not([data-reached])"))).toHaveCount(0);
});

test("Escape leaves a rename as it was", async ({ page, provider: _, studio, chat, sidebar }) => {
  const { conversation_id } = await studio.send("plain", "Keep my name");
  await chat.open(conversation_id);
  await sidebar.self.getByRole("button", { name: "Rename “Keep my name”" }).focus();
  await page.keyboard.press("Enter");
  await expect(sidebar.self.getByRole("textbox", { name: "Title of the conversation" })).toBeFocused();
  await page.keyboard.type("Nonsense");
  await page.keyboard.press("Escape");
  await expect(sidebar.conversation("Keep my name")).toBeVisible();
});
