// What breaks in the middle of an answer: the connection, the server. Nothing that was shown is lost.

import { unhurried } from "../fixtures/fake-provider";
import type { Studio } from "../fixtures/studio";
import { expect, test } from "../fixtures/test";

test.use({ expectedErrors: [/net::ERR_/] });

test("a broken connection is resumed where it broke", async ({ context, studio, provider: _, chat }) => {
  await chat.open();
  await chat.pick(unhurried);
  await chat.ask("Tell me about the river.");
  await expect(chat.answer).toContainText("The river carries small");
  const conversation = await chat.conversation();
  await context.setOffline(true);
  const before = (await chat.said.innerText()).length;
  await expect.poll(async () => (await stored(studio, conversation)).length).toBeGreaterThan(before + 100);
  await context.setOffline(false);
  await chat.finished();
  expect(flat(await chat.said.innerText())).toBe(flat(await stored(studio, conversation)));
  await expect(chat.answers).toHaveCount(1);
});

test("a killed server loses nothing that was shown, and continue goes on", async ({
  studio,
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  await expect(chat.answer).toContainText("That nobody loses their way home");
  const shown = await chat.said.innerText();
  // The journal may be a quarter of a second behind the page; these words come at ten milliseconds each.
  await expect.poll(async () => (await chat.said.innerText()).length).toBeGreaterThan(shown.length + 300);
  await studio.crash();
  await expect(chat.answer).toContainText("Chat Studio went away while this was written.");
  await chat.finished();
  const kept = await chat.said.innerText();
  expect(flat(kept).startsWith(flat(shown)), `kept: ${kept}`).toBe(true);

  await chat.action("Continue").click();
  await expect.poll(async () => (await chat.said.innerText()).length).toBeGreaterThan(kept.length + 100);
  await chat.stop.click();
  await chat.finished();
  await expect(chat.answers).toHaveCount(1);
});

test("a message that could not be sent comes back to where it was written", async ({
  context,
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("plain");
  await context.setOffline(true);
  await chat.composer.fill("Good morning");
  await chat.send.click();
  await expect(chat.composer).toHaveValue("Good morning");
  await expect(chat.refusal).toBeVisible();
  await expect(chat.questions).toHaveCount(0);
  await context.setOffline(false);
  await chat.send.click();
  await chat.finished();
  await expect(chat.answer).toContainText("Hello! This answer is complete.");
  await expect(chat.questions).toHaveCount(1);
});

/** What of the newest answer the server has. */
async function stored(studio: Studio, conversation: string): Promise<string> {
  const { messages } = await studio.api<{ messages: { parts: { text: string }[] }[] }>(
    "GET",
    `conversations/${conversation}`,
  );
  return messages[messages.length - 1].parts[0].text;
}

/** A text on one line, as paragraphs are spaced differently on the page and in Markdown. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
