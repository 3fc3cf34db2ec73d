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
  await expect(card.getByRole("status")).toContainText("Reachable");
  await expect(card.getByRole("status")).toContainText("Vision");
  await expect(card.getByRole("link", { name: /\d+ models/ })).toBeVisible();

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

test("what is found is shown before it is saved, and asked again it says what changed", async ({
  page,
  fake,
  llmConfig,
}) => {
  await llmConfig.open();
  await page.getByRole("link", { name: "Add a provider" }).click();
  await llmConfig.fill({ name: "", url: `${fake.root}/servers/lm-studio` });
  // The name is found too, so the form must not insist on one.
  await llmConfig.name.fill("Mine");
  await page.getByRole("button", { name: "Detect", exact: true }).click();
  const found = page.getByRole("list", { name: "Found" }).getByRole("listitem").first();
  await expect(found).toContainText("Found: LM Studio");
  await expect(found).toContainText("Open, no key needed");
  await expect(found.getByRole("heading", { name: "Found: LM Studio" })).toBeFocused();
  const seeing = found.getByRole("listitem").filter({ hasText: "google/gemma-3-4b" });
  await expect(seeing).toContainText("Vision");
  await expect(llmConfig.provider("Mine")).toHaveCount(0);
  await found.getByRole("button", { name: "Save" }).click();
  const card = llmConfig.provider("Mine");
  await expect(card).toContainText("LM Studio");

  await card.getByRole("button", { name: "Detect Models" }).click();
  await expect(found).toContainText("was asked again");
  await expect(found).toContainText("stay as they are");
  await found.getByRole("button", { name: "Forget this" }).click();
  await expect(found).toHaveCount(0);
});

test("a model is renamed, corrected and made a favourite", async ({ page, fake, llmConfig }) => {
  await llmConfig.open();
  await llmConfig.add({ name: "Fake", url: fake.url });
  await llmConfig.provider("Fake").getByRole("link", { name: /\d+ models/ }).click();
  await page.getByRole("searchbox", { name: "Search the models" }).fill("plain");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const row = page.getByRole("list", { name: "Models" }).locator("> li").first();
  await expect(row).toContainText("plain");
  await row.getByRole("button", { name: "Make favourite" }).click();
  await expect(row.getByRole("button", { name: "Favourite", exact: false }).first()).toBeVisible();
  await row.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name shown" }).fill("Simple");
  await page.getByRole("textbox", { name: "Context in tokens" }).fill("4096");
  await page.getByRole("button", { name: "Save" }).click();
  const renamed = page.getByRole("list", { name: "Models" }).locator("> li", { hasText: "Simple" });
  await expect(renamed).toContainText("4\u202f096 tokens");
});

for (const { kind, says, todo } of [
  { kind: "not-found", says: "has no list of models", todo: "Check the path of the address" },
  { kind: "missing-key", says: "it wants a key", todo: "Enter the key" },
  { kind: "html-200", says: "serves a web page", todo: "Enter the address of the API" },
  { kind: "redirect", says: "which is not followed", todo: "enter its address" },
  { kind: "slow-loris", says: "did not finish its answer", todo: "Try again" },
  { kind: "llama-cpp-loading", says: "still loading its model", todo: "Wait until the model is loaded" },
]) {
  test(`a server in trouble is told in words: ${kind}`, async ({ page, fake, llmConfig }) => {
    await llmConfig.detect(`${fake.root}/servers/${kind}`);
    const found = page.getByRole("list", { name: "Found" }).getByRole("listitem").first();
    await expect(found).toContainText(says);
    await expect(found).toContainText(todo);
    await expect(found).not.toContainText("0 models");
    await found.getByRole("button", { name: "Forget this" }).click();
    await expect(found).toHaveCount(0);
  });
}

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
    await expect(llmConfig.refusal).toContainText("no list of models");
    await expect(llmConfig.provider("Web page")).toHaveCount(0);
    await expect(llmConfig.name).toHaveValue("Web page");

    // Nothing answers: it may have to be started yet, so it is kept, with the reason.
    await llmConfig.fill({ name: "Asleep", url: "http://127.0.0.1:9/v1" });
    await llmConfig.save.click();
    await expect(llmConfig.provider("Asleep")).toContainText("Failing");
    await expect(llmConfig.providers).toHaveCount(1);
  });
});
