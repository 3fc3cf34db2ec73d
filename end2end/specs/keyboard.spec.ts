// Everything by keyboard alone.

import { expect, test } from "../fixtures/test";

test("send, stop and start anew without a mouse", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.pick("never-ending");
  await page.locator("body").press("/");
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

test("the first Tab skips to the content", async ({ page, chat }) => {
  await chat.open();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test("every control is reached by Tab and shows its focus", async ({ page, provider: _, studio, chat }) => {
  const { conversation_id } = await studio.send("plain", "Hello");
  await chat.open(conversation_id);
  const wanted = await page.locator("a[href]:visible, button:visible, select:visible, textarea:visible").count();
  const reached = new Set<string>();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  for (let step = 0; step < wanted + 20; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const shown = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      return { name: element.outerHTML.slice(0, 200), shown, body: element === document.body };
    });
    if (focus.body) {
      break;
    }
    expect(focus, "the focus can be seen").toMatchObject({ shown: true });
    reached.add(focus.name);
  }
  await expect(chat.composer).toBeVisible();
  for (const control of [chat.composer, chat.model, chat.action("Copy"), chat.action("Retry")]) {
    const name = await control.evaluate((element) => element.outerHTML.slice(0, 200));
    expect([...reached]).toContain(name);
  }
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
