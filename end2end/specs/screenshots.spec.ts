// Pictures of every page in both themes, wide and narrow, to be looked at; kept in `screenshots/`.

import { join } from "node:path";

import { notes, picture } from "../fixtures/files";
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

/** What is found at addresses of each kind; the names are those of the pictures. */
const servers = [
  ["lm-studio", "lm-studio"],
  ["not-found", "wrong-url"],
  ["missing-key", "missing-key"],
  ["html-200", "web-page"],
  ["redirect", "redirect"],
  ["slow-loris", "slow-loris"],
  ["llama-cpp-loading", "loading"],
];

// The address that leads nowhere is among the pages.
test.use({ expectedErrors: [/status of 404/] });

for (const theme of ["light", "dark"] as const) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test(`${theme}, ${screen}`, async ({ page, context, studio, fake, provider: _, chat, llmConfig }) => {
      // Some forty pictures, one of them of a server that takes its time.
      test.slow();
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

      await open(page, "/chat");
      await chat.pick("plain");
      await page.getByLabel("Attach files").setInputFiles([picture, notes]);
      await page.locator('.file-chip[data-stage="ready"]').nth(1).waitFor();
      await shoot("chat-files");
      await chat.ask("What do you see?");
      await chat.finished();
      await shoot("chat-files-sent");
      await chat.model.click();
      await chat.modelOption("plain").first().waitFor();
      await shoot("chat-models");
      await page.keyboard.press("Escape");
      await chat.parameters.click();
      await page.getByLabel("Temperature").waitFor();
      await shoot("chat-parameters");
      await open(page, `/parameters?conversation=${conversation_id}`);
      await shoot("parameters");
      await open(page, "/llm-config");
      const card = llmConfig.provider("Fake");
      await card.getByRole("button", { name: "Test" }).click();
      await card.getByRole("status").getByText("Reachable").waitFor();
      await shoot("llm-config-tested");
      const models = page.getByRole("link", { name: /\d+ models/ });
      await open(page, (await models.getAttribute("href")) ?? "");
      await shoot("llm-config-models");
      const model = page.getByRole("list", { name: "Models" }).getByRole("link", { name: "Edit" }).first();
      await open(page, (await model.getAttribute("href")) ?? "");
      await shoot("llm-config-model");
      for (const [kind, name] of servers) {
        await llmConfig.detect(`${fake.root}/servers/${kind}`);
        await page.getByRole("list", { name: "Found" }).getByRole("listitem").first().waitFor();
        await shoot(`detected-${name}`);
        await page.getByRole("button", { name: "Forget this" }).first().click();
      }
    });
  }
}
