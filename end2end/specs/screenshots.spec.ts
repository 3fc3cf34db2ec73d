// Pictures of every page in both themes, wide and narrow, to be looked at; kept in `screenshots/`.

import { join } from "node:path";

import { root } from "../fixtures/process";
import { test } from "../fixtures/test";
import { open } from "../pages/hydration";

const screens = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

for (const theme of ["light", "dark"] as const) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test(`${theme}, ${screen}`, async ({ page, context, studio, provider: _, chat, sidebar }) => {
      await context.addCookies([{ name: "theme", value: theme, url: studio.url }]);
      await page.setViewportSize(viewport);
      const shoot = async (name: string) => {
        const path = join(root, "end2end/screenshots", `${name}-${theme}-${screen}.png`);
        await page.screenshot({ path, animations: "disabled" });
      };

      await open(page, "/chat");
      await shoot("chat-empty");
      const { conversation_id } = await studio.send("plain", "How do bridges stay up?");
      await studio.send("markdown", "Show me everything.", conversation_id);
      await studio.send("reasoning", "Think about it.");
      await studio.send("cut", "Tell me about the river.");
      await studio.api("POST", "prompt-profiles", {
        name: "Careful editor",
        system_prompt: "Correct spelling and grammar; change nothing else.",
      });
      await chat.open(conversation_id);
      await shoot("chat");
      for (const [title, name] of [
        ["Think about it.", "chat-reasoning"],
        ["Tell me about the river.", "chat-failed"],
      ]) {
        const href = await sidebar.conversation(title).getAttribute("href");
        await open(page, href ?? "");
        await shoot(name);
      }
      await open(page, "/chat");
      await chat.pick("never-ending");
      await chat.ask("Go on for ever.");
      await chat.answer.getByText("The river carries small boats").first().waitFor();
      await shoot("chat-streaming");
      await chat.stop.click();
      await chat.finished();
      for (const path of ["prompts", "metrics", "llm-config"]) {
        await open(page, `/${path}`);
        await shoot(path);
      }
    });
  }
}
