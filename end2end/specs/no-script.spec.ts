// The studio without JavaScript: every form posts, every page is complete when it arrives.

import { expect, test } from "../fixtures/test";

test("send a message and read the answer", async ({ page, studio, provider: _, chat }) => {
  await studio.favour("plain");
  await page.goto("/chat");
  await chat.pick("plain");
  await chat.composer.fill("Good morning, how are you?");
  await chat.send.click();
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}/);
  await expect(chat.questions).toContainText("Good morning, how are you?");
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
});

test("an answer that takes its time is there in the end, without a reload by hand", async ({
  page,
  studio,
  provider: _,
  chat,
}) => {
  await studio.favour("slow");
  await page.goto("/chat");
  await chat.pick("slow");
  await chat.composer.fill("Tell me about the river.");
  await chat.send.click();
  await expect(chat.answer).toContainText("way home", { timeout: 20_000 });
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
});

test("stop an answer", async ({ page, studio, provider: _, chat }) => {
  await studio.favour("never-ending");
  await page.goto("/chat");
  await chat.pick("never-ending");
  await chat.composer.fill("Go on for ever.");
  await chat.send.click();
  await chat.stop.click();
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
  await expect(chat.answer).toContainText("You stopped this answer.");
});

test("add a provider", async ({ page, fake, llmConfig, chat }) => {
  await page.goto("/llm-config");
  await llmConfig.add({ name: "Fake", url: fake.url.replace(/\/v1$/, "/lists/one/v1") });
  await expect(llmConfig.provider("Fake")).toBeVisible();
  await page.goto("/chat");
  await expect(chat.modelOption("plain")).toHaveCount(1);
});

test("a refused provider says why and keeps what was typed out of the address", async ({
  page,
  llmConfig,
}) => {
  await page.goto("/llm-config");
  await llmConfig.add({ name: "Broken", url: "ftp://nowhere", key: "secret-key-1" });
  await expect(llmConfig.refusal).toContainText("http");
  expect(page.url()).not.toContain("secret-key-1");
});

test("set the parameters of a conversation, and take them back", async ({ page, studio, provider, chat }) => {
  const { conversation_id } = await studio.send("plain", "Hello");
  await page.goto(`/chat/${conversation_id}`);
  await chat.parameters.click();
  await page.getByLabel("Temperature").fill("0.5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(chat.parameters).toHaveAccessibleName("Parameters, some are set");
  await chat.composer.fill("Again");
  await chat.send.click();
  await expect(chat.answers).toHaveCount(2);
  await expect.poll(async () => (await provider.requests("plain")).map(({ body }) => body.temperature)).toEqual([undefined, 0.5]);

  await chat.parameters.click();
  await expect(page.getByLabel("Temperature")).toHaveValue("0.5");
  await page.getByRole("button", { name: "Reset all" }).click();
  await expect(chat.parameters).toHaveAccessibleName("Parameters");
});

test("begin a conversation with parameters; an odd one is refused in words", async ({
  page,
  studio,
  provider,
  chat,
}) => {
  // The model that answers without a choice is the one that was used last.
  await studio.send("plain", "Hello");
  await page.goto("/chat");
  await chat.parameters.click();
  await page.getByLabel("Stop at").fill("1\n2\n3\n4\n5");
  await page.getByLabel("First message").fill("Hello again");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("stop");
  await page.getByLabel("Seed").fill("7");
  await page.getByLabel("First message").fill("Hello again");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(chat.questions).toContainText("Hello again");
  await expect.poll(async () => (await provider.requests("plain")).map(({ body }) => body.seed)).toEqual([undefined, 7]);
});

test("add a prompt profile", async ({ page, prompts }) => {
  await page.goto("/prompts");
  await prompts.add("Pirate", "Answer like a pirate.");
  await expect(prompts.profile("Pirate")).toBeVisible();
});

test("delete a conversation and bring it back", async ({ page, studio, provider: _, chat, sidebar }) => {
  const { conversation_id } = await studio.send("plain", "Delete me");
  await page.goto(`/chat/${conversation_id}`);
  await sidebar.delete("Delete me");
  await expect(sidebar.conversation("Delete me")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
});

test("choose a theme", async ({ page, sidebar }) => {
  await page.goto("/chat");
  await sidebar.theme("Dark").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
