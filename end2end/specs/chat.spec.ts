// The main job: ask, watch the answer, stop it, lose nothing, find it again.

import { cutOnce, unhurried } from "../fixtures/fake-provider";
import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";

test("a first conversation: add a provider, pick a model, ask, read", async ({
  page,
  fake,
  llmConfig,
  chat,
  sidebar,
}) => {
  await fake.reset();
  await llmConfig.open();
  await llmConfig.add({ name: "Fake", url: fake.url });
  await expect(llmConfig.provider("Fake")).toBeVisible();

  await sidebar.entry("Chat Studio").click();
  await chat.pick("plain");
  await chat.ask("Good morning, how are you?");
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
  await chat.finished();
  await expect(chat.facts).toHaveText(/^plain · \d+ tokens · /);

  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(sidebar.conversation("Good morning, how are you?")).toHaveAttribute(
    "aria-current",
    "page",
  );
  expect(await fake.violations()).toEqual([]);
});

test("the answer streams: it is seen growing", async ({ provider: _, chat }) => {
  await chat.open();
  await chat.pick(unhurried);
  await chat.ask("Tell me about the river.");
  await expect(chat.answer).toContainText("The river carries small");
  const early = (await chat.answer.innerText()).length;
  await expect(chat.stop).toBeVisible();
  await chat.finished();
  expect((await chat.answer.innerText()).length).toBeGreaterThan(early);
});

test("a reload in the middle goes on where it was", async ({ page, provider: _, chat, studio }) => {
  await chat.open();
  await chat.pick(unhurried);
  await chat.ask("Tell me about the river.");
  await expect(chat.answer).toContainText("The river carries small");
  const conversation = await chat.conversation();
  await page.reload();
  await chat.finished();
  await expect(chat.facts).toContainText(`${unhurried} · `);
  const shown = await chat.answer.innerText();
  const stored = await studio.api<{ messages: { parts: { text: string }[] }[] }>(
    "GET",
    `conversations/${conversation}`,
  );
  for (const paragraph of stored.messages[1].parts[0].text.split("\n\n")) {
    expect(shown).toContain(paragraph);
  }
  await expect(chat.answers).toHaveCount(1);
});

test("stop keeps what was said, and continue goes on from there", async ({
  provider,
  chat,
}) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  await expect(chat.answer).toContainText("The river carries small boats");
  await chat.stop.click();
  await chat.finished();
  await expect(chat.answer).toContainText("The river carries small boats");
  await expect(chat.answer).toContainText("You stopped this answer.");
  const kept = (await chat.answer.innerText()).length;

  await chat.action("Continue").click();
  await expect(chat.stop).toBeVisible();
  await expect
    .poll(async () => (await chat.answer.innerText()).length)
    .toBeGreaterThan(kept + 100);
  await chat.stop.click();
  await chat.finished();
  await expect(chat.answers).toHaveCount(1);
  expect(await provider.requests("never-ending")).toHaveLength(2);
});

test("an answer that was cut says so and can be continued to its end", async ({
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("continue");
  await chat.ask("Count to eighty.");
  await chat.finished();
  await expect(chat.said).toContainText("39 40");
  await expect(chat.said).not.toContainText("41");
  await expect(chat.action("Retry")).toBeVisible();
  await chat.action("Continue").click();
  await expect(chat.answer).toContainText("39 40 41 42");
  await expect(chat.answer).toContainText("79 80");
});

test("retry makes a sibling, and the arrows switch between them", async ({
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick(cutOnce);
  await chat.ask("Once.");
  await chat.finished();
  await expect(chat.answer.getByRole("alert")).toBeVisible();
  await chat.action("Retry").click();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
  await chat.finished();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.answer).toContainText("2/2");
  await chat.action("Previous version").click();
  await expect(chat.answer).toContainText("The river carries small boats");
  await expect(chat.answer).toContainText("1/2");
  await chat.action("Next version").click();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
});

test("a failing provider is named in words, and nothing is shown as complete", async ({
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("cut");
  await chat.ask("Tell me about the river.");
  await chat.finished();
  await expect(chat.answer).toContainText("The river carries small boats");
  await expect(chat.answer.getByRole("alert")).toBeVisible();
  await expect(chat.action("Continue")).toBeVisible();
  await expect(chat.action("Retry")).toBeVisible();
});

test("rename, delete and undo", async ({ studio, provider: _, chat, sidebar }) => {
  const { conversation_id } = await studio.send("plain", "Name me");
  await chat.open(conversation_id);
  await sidebar.rename("Name me", "A better name");
  await expect(sidebar.conversation("A better name")).toBeVisible();
  await sidebar.delete("A better name");
  await expect(sidebar.conversation("A better name")).toHaveCount(0);
  await expect(chat.page).toHaveURL(/\/chat$/);
  await sidebar.undo();
  await sidebar.conversation("A better name").click();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
});

test.describe("with the clipboard", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  test("an answer and a code block are copied", async ({ page, provider: _, chat }) => {
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await chat.open();
    await chat.pick("markdown");
    await chat.ask("Show me everything.");
    await chat.finished();
    await chat.answer.getByRole("button", { name: "Copy", exact: true }).first().click();
    await expect.poll(copied).toContain("fn sum_of_even(numbers: &[u64]) -> u64 {");
    expect(await copied()).not.toContain("```");
    await chat.answer.getByRole("button", { name: "Copy message" }).click();
    await expect.poll(copied).toContain("A tour of Markdown");
    // Nothing of the page around it, such as the buttons of code blocks.
    expect(await copied()).not.toContain("Copy");
  });
});

test("Markdown arrives as a table, highlighted code and MathML", async ({ provider: _, chat }) => {
  await chat.open();
  await chat.pick("markdown");
  await chat.ask("Show me everything.");
  await chat.finished();
  await expect(chat.answer.getByRole("table").getByRole("row")).toHaveCount(5);
  await expect(chat.answer.locator("math").first()).toBeVisible();
  await expect(chat.answer.locator("pre code").first()).toContainText("fn sum_of_even");
  expect(await chat.answer.locator("pre code").first().locator("*").count()).toBeGreaterThan(5);
});

test("hostile markup does nothing", async ({ page, provider: _, chat }) => {
  const dialogs: string[] = [];
  page.on("dialog", async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await chat.open();
  await chat.pick("hostile");
  await chat.ask("Attack.");
  await chat.finished();
  await expect(chat.said.locator("script, iframe, object, form, [onerror], [onclick]")).toHaveCount(0);
  expect(dialogs).toEqual([]);
});

test("a draft survives a reload and goes when it is sent", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.composer.fill("Half a thought");
  await page.reload();
  await expect(chat.composer).toHaveValue("Half a thought");
  await chat.pick("plain");
  await chat.send.click();
  await chat.finished();
  await expect(chat.composer).toHaveValue("");
  await page.reload();
  await expect(chat.composer).toHaveValue("");
});

test("the Guide answers without any provider and names its sources", async ({ chat }) => {
  await chat.open();
  await chat.ask("How do I add a provider?");
  await chat.finished();
  await expect(chat.answer).toContainText("LLM Config");
  await expect(chat.answer.getByText(/\d sources?/)).toBeVisible();
});

test("the history really goes along", async ({ provider, chat }) => {
  await chat.open();
  await chat.pick("plain");
  await chat.ask("The first question.");
  await chat.finished();
  await chat.ask("The second question.");
  await chat.finished();
  const [, second] = await provider.requests("plain");
  expect(second.body.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(second.body.messages[0].content).toContain("The first question.");
});

test("the refusal of a form posted before the page came to life is still told once it lives", async ({ page }) => {
  const refusal = { code: "invalid_request", message: "Zu groß – 太大.", action: "Write less?" };
  const text = Buffer.from(JSON.stringify({ ...refusal, request_id: "" })).toString("base64url");
  // The server pads what it writes.
  await open(page, `/chat?__path=%2Fapi%2Fui%2Fsend&__err=${text.padEnd(Math.ceil(text.length / 4) * 4, "=")}`);
  const told = page.getByRole("alert").filter({ hasText: refusal.message });
  await expect(told).toContainText(refusal.action);
});
