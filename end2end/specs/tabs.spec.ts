// Several tabs of one browser: in step, and never starving one another.

import { expect, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";
import { Sidebar } from "../pages/sidebar";

test("a second tab sees the answer grow, and both end the same", async ({
  context,
  provider: _,
  chat,
}) => {
  await chat.open();
  await chat.pick("slow");
  await chat.ask("Tell me about the river.");
  const second = new ChatPage(await context.newPage());
  await second.open(await chat.conversation());
  await expect(second.answer).toContainText("The river carries small");
  await chat.finished();
  await second.finished();
  expect(await second.answer.innerText()).toBe(await chat.answer.innerText());
});

test("two tabs show a word at nearly the same moment", async ({ context, provider: _, chat }) => {
  await chat.open();
  await chat.pick("slow");
  await chat.ask("Tell me about the river.");
  const second = new ChatPage(await context.newPage());
  await second.open(await chat.conversation());
  // Its last words: by then both watch.
  const [here, there] = await Promise.all([chat, second].map((tab) => momentOf(tab, "way home")));
  const apart = Math.round(Math.abs(here - there));
  test.info().annotations.push({ type: "tabs apart", description: `${apart} ms` });
  expect(apart).toBeLessThan(250);
});

test("stop in one tab stops the other", async ({ context, provider: _, chat }) => {
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  const second = new ChatPage(await context.newPage());
  await second.open(await chat.conversation());
  await second.stop.click();
  await second.finished();
  await chat.finished();
  await expect(chat.answer).toContainText("You stopped this answer.");
});

test("a message sent in one tab appears in the other", async ({ context, studio, provider: _, chat }) => {
  const { conversation_id } = await studio.send("plain", "The first question.");
  await chat.open(conversation_id);
  const second = new ChatPage(await context.newPage());
  await second.open(conversation_id);
  await chat.ask("The second question.");
  await chat.finished();
  await expect(second.questions).toHaveCount(2);
  await expect(second.answers).toHaveCount(2);
  await expect(second.answer).toContainText("Hello! This answer is complete.");
});

test("a rename in one tab is seen in the other", async ({ context, studio, provider: _, chat, sidebar }) => {
  const { conversation_id } = await studio.send("plain", "Name me");
  await chat.open(conversation_id);
  const page = await context.newPage();
  await new ChatPage(page).open();
  await sidebar.rename("Name me", "A better name");
  await expect(new Sidebar(page).conversation("A better name")).toBeVisible();
});

test("a conversation that moves up keeps the focus and the title being written", async ({
  context,
  studio,
  provider: _,
  chat,
  sidebar,
}) => {
  const { conversation_id } = await studio.send("plain", "The older one");
  await studio.send("plain", "The newer one");
  await chat.open();
  const links = sidebar.conversations.getByRole("listitem");
  await expect(links).toHaveText(["The newer one", "The older one"]);
  const second = new ChatPage(await context.newPage());
  await second.open(conversation_id);
  await sidebar.conversation("The older one").focus();
  await second.ask("Another question.");
  await second.finished();
  await expect(links).toHaveText(["The older one", "The newer one"]);
  await expect(sidebar.conversation("The older one")).toBeFocused();

  await chat.page.bringToFront();
  await sidebar.self.getByRole("button", { name: "Rename “The older one”" }).focus();
  await chat.page.keyboard.press("Enter");
  const field = sidebar.self.getByRole("textbox", { name: "Title of the conversation" });
  await field.fill("Half a ti");
  await second.ask("A third question.");
  await second.finished();
  await expect(field).toHaveValue("Half a ti");
  await expect(field).toBeFocused();
  await chat.page.keyboard.type("tle");
  await chat.page.keyboard.press("Enter");
  await expect(sidebar.conversation("Half a title")).toBeFocused();
});

test("with ten tabs streaming the eleventh still loads", async ({ context, provider: _, chat }) => {
  // Eleven pages draw on what may be two processors.
  test.setTimeout(180_000);
  await chat.open();
  await chat.pick("never-ending");
  await chat.ask("Go on for ever.");
  const conversation = await chat.conversation();
  const tabs = [chat];
  while (tabs.length < 10) {
    const tab = new ChatPage(await context.newPage());
    await tab.open(conversation);
    await expect(tab.answer).toContainText("The river carries small");
    tabs.push(tab);
  }
  const eleventh = new ChatPage(await context.newPage());
  await eleventh.open();
  await expect(eleventh.composer).toBeVisible();

  // However many streams there may be at once, each tab gets its turn.
  await tabs[9].page.bringToFront();
  await tabs[9].stop.click();
  for (const tab of tabs) {
    await tab.page.bringToFront();
    await tab.finished();
    await expect(tab.answer).toContainText("You stopped this answer.");
  }
});

/** When a text appears in a tab, by the clock that all tabs share. */
function momentOf(tab: ChatPage, text: string): Promise<number> {
  return tab.log.evaluate(
    (log, text) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (log.textContent?.includes(text)) {
            observer.disconnect();
            resolve(performance.timeOrigin + performance.now());
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(log, { childList: true, characterData: true, subtree: true });
        look();
      }),
    text,
  );
}
