// Leaving a page while an answer streams: no panic, no lost answer.

import { expect, test } from "../fixtures/test";

const elsewhere = ["Prompts", "Metrics", "LLM Config"];
const question = "Go on for ever.";
/** The title the studio gives that conversation: the question without its full stop. */
const title = "Go on for ever";

test("every page can be gone to in mid-stream, and the answer goes on", async ({
  provider: _,
  chat,
  sidebar,
}) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask(question);
  for (const name of elsewhere) {
    await expect(chat.answer).toContainText("The river carries small boats");
    await sidebar.entry(name).click();
    await expect(chat.composer).toHaveCount(0);
    await sidebar.conversation(title).click();
  }
  await expect(chat.answer).toContainText("The river carries small boats");
  await chat.stop.click();
  await chat.finished();
});

test("another conversation opened in mid-stream shows only its own messages", async ({
  studio,
  provider: _,
  chat,
  sidebar,
}) => {
  await studio.send("plain", "The quiet one");
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask(question);
  await expect(chat.answer).toContainText("The river");
  await sidebar.conversation("The quiet one").click();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
  await expect(chat.answer).not.toContainText("The river");
  await sidebar.newChat().click();
  await expect(chat.answers).toHaveCount(0);
  await sidebar.conversation(title).click();
  await chat.stop.click();
  await chat.finished();
});

test("back and forward in mid-stream", async ({ page, provider: _, chat, sidebar }) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask(question);
  await chat.conversation();
  await sidebar.entry("Metrics").click();
  await expect(chat.composer).toHaveCount(0);
  await page.goBack();
  await expect(chat.answer).toContainText("The river");
  await page.goForward();
  await expect(chat.composer).toHaveCount(0);
  await page.goBack();
  await chat.stop.click();
  await chat.finished();
});
