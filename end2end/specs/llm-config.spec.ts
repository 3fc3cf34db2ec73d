// Providers: added, tested, edited, removed; keys go in and never come out.

import { expect, test } from "../fixtures/test";

const key = "sk-test-0123456789";

test("add, test, edit and remove a provider", async ({ fake, llmConfig, chat, sidebar }) => {
  await fake.reset();
  await llmConfig.open();
  await llmConfig.add({ name: "Fake", url: fake.url });
  const card = llmConfig.provider("Fake");
  await expect(card).toContainText(fake.url);
  await expect(card).toContainText("Working");

  await card.getByRole("button", { name: "Test" }).click();
  await expect(card.getByRole("status")).toContainText(/\d+ models/);

  await card.getByRole("link", { name: "Edit" }).click();
  await llmConfig.name.fill("Renamed");
  await llmConfig.save.click();
  const renamed = llmConfig.provider("Renamed");
  await expect(renamed).toBeVisible();
  await expect(card).toHaveCount(0);

  await renamed.locator("summary", { hasText: "Remove" }).click();
  await renamed.getByRole("button", { name: "Remove for good" }).click();
  await expect(renamed).toHaveCount(0);
  await sidebar.entry("Chat Studio").click();
  await chat.model.click();
  await expect(chat.modelOptions).toHaveText([/Guide/]);
});

test("a key is write-only", async ({ page, studio, fake, llmConfig }) => {
  await llmConfig.open();
  await llmConfig.add({ name: "Fake", url: fake.url, key });
  await expect(llmConfig.provider("Fake")).toBeVisible();
  await page.reload();
  await expect(llmConfig.provider("Fake")).toBeVisible();
  expect(await page.content()).not.toContain(key);
  for (const path of ["models", "conversations", "profiles"]) {
    expect(JSON.stringify(await studio.api("GET", path))).not.toContain(key);
  }
});

test.describe("with addresses that are refused", () => {
  test.use({ expectedErrors: [/status of (4\d\d|502)/] });

  test("what is no provider is refused or named, and nothing is half done", async ({ studio, llmConfig }) => {
    await llmConfig.open();
    await llmConfig.add({ name: "No address", url: "ftp://nowhere" });
    await expect(llmConfig.refusal).toContainText("http");
    await expect(llmConfig.provider("No address")).toHaveCount(0);

    // Something answers at that address, but it is a web page.
    await llmConfig.fill({ name: "Web page", url: `${studio.url}/chat` });
    await llmConfig.save.click();
    await expect(llmConfig.refusal).toContainText("a web page");
    await expect(llmConfig.provider("Web page")).toHaveCount(0);
    await expect(llmConfig.name).toHaveValue("Web page");

    // Nothing answers: it may have to be started yet, so it is kept, with the reason.
    await llmConfig.fill({ name: "Asleep", url: "http://127.0.0.1:9/v1" });
    await llmConfig.save.click();
    await expect(llmConfig.provider("Asleep")).toContainText("Failing");
    await expect(llmConfig.providers).toHaveCount(1);
  });
});
