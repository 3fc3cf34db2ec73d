// The accessibility audit of every page in both themes, and what a screen reader hears of an answer.

import { expectAccessible } from "../fixtures/accessibility";
import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";

const pages = ["/chat", "/prompts", "/prompts?new=1", "/metrics", "/llm-config", "/llm-config?add=1", "/manual", "/parameters"];

for (const theme of ["light", "dark"] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.beforeEach(async ({ context, studio }) => {
      await context.addCookies([{ name: "theme", value: theme, url: studio.url }]);
    });

    for (const path of pages) {
      test(`${path}, empty`, async ({ page }) => {
        await open(page, path);
        await expectAccessible(page);
      });

      test(`${path}, in use`, async ({ page, studio, provider: _ }) => {
        await studio.send("plain", "Hello");
        await studio.send("cut", "Fail, please");
        await studio.api("POST", "prompt-profiles", { name: "Pirate", system_prompt: "Arr." });
        await open(page, path);
        await expectAccessible(page);
      });
    }

    test("a conversation with everything in it", async ({ page, studio, provider: _, chat }) => {
      const { conversation_id } = await studio.send("markdown", "Show me everything.");
      await studio.send("cut", "Fail, please", conversation_id);
      await chat.open(conversation_id);
      await expectAccessible(page);
    });

    test("the dialogs of the chat", async ({ page, studio, provider: _, chat }) => {
      await studio.send("plain", "Hello");
      await chat.open();
      await chat.model.click();
      await expect(chat.modelOption("plain")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await chat.parameters.click();
      await expect(page.getByLabel("Temperature")).toBeVisible();
      await expectAccessible(page);
    });

    test("a provider's models, one of them, and what was detected", async ({ page, fake, provider: _, llmConfig }) => {
      await llmConfig.open();
      await llmConfig.provider("Fake").getByRole("link", { name: /\d+ models/ }).click();
      const models = page.getByRole("list", { name: "Models" });
      await expect(models).toBeVisible();
      await expectAccessible(page);
      await models.getByRole("link", { name: "Edit" }).first().click();
      await expect(page.getByRole("textbox", { name: "Name shown" })).toBeVisible();
      await expectAccessible(page);
      for (const kind of ["lm-studio", "missing-key"]) {
        await llmConfig.detect(`${fake.root}/servers/${kind}`);
        await expect(page.getByRole("list", { name: "Found" }).getByRole("listitem").first()).toBeVisible();
        await expectAccessible(page);
      }
    });

    test("while an answer streams", async ({ page, provider: _, chat }) => {
      await chat.open();
      await chat.pick("never-ending");
      await chat.ask("Go on for ever.");
      await expect(chat.answer).toContainText("The river carries small boats");
      await expectAccessible(page);
      await chat.stop.click();
      await chat.finished();
    });
  });
}

test.describe("at an address that leads nowhere", () => {
  test.use({ expectedErrors: [/status of 404/] });

  for (const path of ["/nowhere", "/chat/01890a5d-ac96-774b-bcce-b302099a8057"]) {
    test(path, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page);
    });
  }
});

test("the live region says sentences, not tokens", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.pick("slow");
  await page.evaluate(() => {
    const heard = ((window as unknown as { heard: string[] }).heard = []) as string[];
    for (const region of document.querySelectorAll("[aria-live=polite], [role=status], [role=log]")) {
      new MutationObserver(() => heard.push(region.textContent ?? "")).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
  });
  await chat.ask("Tell me about the river.");
  await chat.finished();
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  const words = heard.filter((text) => /river/.test(text));
  expect(words.length, "the answer is announced").toBeGreaterThan(0);
  // Forty words make four sentences; with the beginning and the end that is far below forty.
  expect(new Set(heard).size).toBeLessThan(15);
});
