// Files with a message: picked, pasted, dropped, removed, refused, shown.

import type { Page } from "@playwright/test";

import { notes, picture as dot } from "../fixtures/files";
import { expect, test } from "../fixtures/test";

const tray = (page: Page) => page.getByRole("list", { name: "Files to send" }).getByRole("listitem");

test("pick an image and a text, send them, and find them in the message", async ({
  page,
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("plain");
  await page.getByLabel("Attach files").setInputFiles([dot, notes]);
  await expect(tray(page)).toHaveCount(2);
  await expect(tray(page).first()).toHaveAttribute("data-stage", "ready");
  await expect(tray(page).nth(1)).toContainText("13 bytes");
  await chat.ask("What is this?");
  await expect(tray(page)).toHaveCount(0);
  const image = chat.questions.last().getByRole("img", { name: "dot.png" });
  await expect(image).toBeVisible();
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1);
  await expect(chat.questions.last().getByRole("link", { name: /notes\.txt/ })).toBeVisible();
  await chat.finished();
  await page.reload();
  await expect(chat.questions.last().getByRole("img", { name: "dot.png" })).toBeVisible();
});

test("an image alone is a message", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.pick("plain");
  await page.getByLabel("Attach files").setInputFiles(dot);
  await expect(tray(page)).toHaveAttribute("data-stage", "ready");
  await chat.send.click();
  await expect(chat.questions).toHaveCount(1);
  await chat.finished();
});

test("files that were not sent yet survive a reload, and are gone once they are sent", async ({
  page,
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("plain");
  await page.getByLabel("Attach files").setInputFiles([dot, notes]);
  await expect(tray(page).and(page.locator('[data-stage="ready"]'))).toHaveCount(2);
  await page.reload();
  await expect(tray(page).and(page.locator('[data-stage="ready"]'))).toHaveCount(2);
  await page.getByRole("button", { name: "Remove notes.txt" }).click();
  await page.reload();
  await expect(tray(page)).toHaveText(/dot\.png/);
  await chat.ask("What is this?");
  await expect(chat.questions.last().getByRole("img", { name: "dot.png" })).toBeVisible();
  await chat.finished();
  await page.reload();
  await expect(chat.questions).toHaveCount(1);
  await expect(tray(page)).toHaveCount(0);
});

test("a message sent before kept files are back leaves them for the next one", async ({
  page,
  provider: _,
  studio,
  chat,
}) => {
  const { conversation_id } = await studio.send("plain", "Hello");
  await chat.open(conversation_id);
  await page.getByLabel("Attach files").setInputFiles(dot);
  await expect(tray(page)).toHaveAttribute("data-stage", "ready");
  const release = await reloadWithFilesHeld(page);
  await chat.ask("Without it");
  await chat.finished();
  await expect(tray(page)).toHaveCount(0);
  release();
  await expect(tray(page)).toHaveText(/dot\.png/);
  await chat.ask("With it");
  await expect(chat.questions.last().getByRole("img", { name: "dot.png" })).toBeVisible();
});

for (const event of ["paste", "drop"] as const) {
  test(`${event} an image anywhere on the page`, async ({ page, provider: _, chat }) => {
    await chat.open();
    await give(page, event, dot.buffer.toString("base64"));
    await expect(tray(page)).toContainText("pasted.png");
    await expect(tray(page)).toHaveAttribute("data-stage", "ready");
  });
}

test("remove a file with the keyboard", async ({ page, provider: _, chat }) => {
  await chat.open();
  await page.getByLabel("Attach files").setInputFiles(dot);
  const remove = page.getByRole("button", { name: "Remove dot.png" });
  await expect(chat.composer).toBeFocused();
  await remove.focus();
  // Whatever becomes of the file meanwhile, the focus stays.
  await expect(tray(page)).toHaveAttribute("data-stage", "ready");
  await expect(remove).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(tray(page)).toHaveCount(0);
  await expect(chat.composer).toBeFocused();
});

test.describe("refusals", () => {
  test.use({ expectedErrors: [/status of (400|415)/] });

  test("a file no model can read says why, and nothing is sent until it is removed", async ({
    page,
    provider: _,
    chat,
  }) => {
    await chat.open();
    await chat.pick("plain");
    const archive = { name: "a.zip", mimeType: "application/zip", buffer: Buffer.from("PK\u0003\u0004\u0000") };
    await page.getByLabel("Attach files").setInputFiles(archive);
    await expect(tray(page)).toContainText("neither an image nor a text");
    await chat.composer.fill("Unpack it");
    await expect(chat.send).toBeDisabled();
    await chat.composer.press("Enter");
    await expect(chat.questions).toHaveCount(0);
    await page.getByRole("button", { name: "Remove a.zip" }).click();
    await chat.send.click();
    await expect(chat.questions).toHaveCount(1);
  });

  test("a model that sees no images refuses, and gives everything back", async ({
    page,
    provider: _,
    chat,
  }) => {
    await chat.open();
    await chat.pick("Guide");
    await page.getByLabel("Attach files").setInputFiles(dot);
    await expect(tray(page)).toHaveAttribute("data-stage", "ready");
    await chat.composer.fill("Look");
    await chat.send.click();
    await expect(chat.refusal).toContainText("“Guide” does not see images.");
    await expect(tray(page)).toContainText("dot.png");
    await expect(chat.composer).toHaveValue("Look");
    await expect(chat.questions).toHaveCount(0);
  });
});

test.describe("without a network", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test("a message that fails before kept files are back leaves them too", async ({
    page,
    provider: _,
    chat,
  }) => {
    await chat.open();
    await chat.pick("plain");
    await page.getByLabel("Attach files").setInputFiles(dot);
    await expect(tray(page)).toHaveAttribute("data-stage", "ready");
    const release = await reloadWithFilesHeld(page);
    await page.route("**/api/ui/**", (route) => route.abort());
    await chat.composer.fill("Lost on the way");
    await chat.send.click();
    await expect(chat.refusal).toBeVisible();
    await expect(chat.composer).toHaveValue("Lost on the way");
    release();
    await expect(tray(page)).toHaveText(/dot\.png/);
  });
});

/** Reloads the page and holds back what shows the kept files until the answer is called. */
async function reloadWithFilesHeld(page: Page): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/attachments.*\.wasm/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  return release;
}

/** What the browser does when a person pastes or drops an image. */
async function give(page: Page, event: "paste" | "drop", base64: string): Promise<void> {
  await page.evaluate(
    ([kind, content]) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
      const options = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(
        kind === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: data })
          : new DragEvent("drop", { ...options, dataTransfer: data }),
      );
    },
    [event, base64],
  );
}
