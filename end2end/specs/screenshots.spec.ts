// Pictures of every page in both themes, wide and narrow, to be looked at; kept in `screenshots/`.

import { join } from "node:path";

import { root } from "../fixtures/process";
import { test } from "../fixtures/test";
import { open } from "../pages/hydration";

const screens = {
  huge: { width: 2560, height: 1300 },
  wide: { width: 1280, height: 800 },
  narrow: { width: 390, height: 844 },
};

const others = [
  "/prompts",
  "/prompts?new=1",
  "/metrics",
  "/llm-config",
  "/llm-config?add=1",
  "/manual",
  "/nowhere",
];

// The address that leads nowhere is among the pages.
test.use({ expectedErrors: [/status of 404/] });

for (const theme of ["light", "dark"] as const) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test(`${theme}, ${screen}`, async ({ page, context, studio, provider: _, chat }) => {
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
      const thoughtful = await studio.send("reasoning-content", "Think about it.");
      const failed = await studio.send("cut", "Tell me about the river.");
      await studio.api("POST", "prompt-profiles", {
        name: "Careful editor",
        system_prompt: "Correct spelling and grammar; change nothing else.",
      });
      await chat.open(conversation_id);
      await shoot("chat");
      await chat.open(thoughtful.conversation_id);
      await shoot("chat-reasoning");
      await chat.open(failed.conversation_id);
      await shoot("chat-failed");
      await open(page, "/chat");
      await chat.pick("never-ending");
      await chat.ask("Go on for ever.");
      await chat.answer.getByText("The river carries small boats").first().waitFor();
      await shoot("chat-streaming");
      await chat.stop.click();
      await chat.finished();
      for (const path of others) {
        await open(page, path);
        await shoot(path.replace(/^\/|=1$/g, "").replace("?", "-"));
      }
    });
  }
}
