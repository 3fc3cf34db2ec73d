// The choice of models: search, keyboard, favourites, ten thousand of them.

import { expectAccessible } from "../fixtures/accessibility";
import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";
import { LlmConfigPage } from "../pages/llm-config";

/** Rows that one answer brings, and the most there ever are. */
const first = 50;
const most = 200;

test.describe("with ten thousand models", () => {
  test.beforeEach(async ({ studio, fake }) => {
    await LlmConfigPage.addTenThousand(studio.url, fake);
  });

  test("search and pick by keyboard", async ({ page, chat }) => {
    await chat.open();
    expect(await page.locator("option").count()).toBeLessThanOrEqual(110);
    await chat.model.focus();
    await page.keyboard.press("Enter");
    await expect(chat.modelSearch).toBeFocused();
    await expect(chat.modelOptions).toHaveCount(first);
    await expect(chat.models.getByRole("status")).toContainText("type to narrow");
    await page.keyboard.type("many 09123");
    await expect(chat.modelOptions).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(chat.model).toHaveAccessibleName("Model: vendor/model-09123");
    await expect(chat.models).toHaveCount(0);
    await expect(chat.model).toBeFocused();
  });

  test("Enter right after the last letter picks what was typed, not what was shown before", async ({
    page,
    chat,
  }) => {
    await chat.open();
    await chat.model.click();
    await expect(chat.modelOptions).toHaveCount(first);
    await page.keyboard.type("many 04321");
    await page.keyboard.press("Enter");
    await expect(chat.model).toHaveAccessibleName("Model: vendor/model-04321");
  });

  test("scrolling loads more, but never all", async ({ page, chat }) => {
    await chat.open();
    await chat.model.click();
    await expect(chat.modelOptions).toHaveCount(first);
    await expect(async () => {
      await chat.modelOptions.last().scrollIntoViewIfNeeded();
      await expect(chat.modelOptions).toHaveCount(most, { timeout: 500 });
    }).toPass();
    await chat.modelOptions.last().scrollIntoViewIfNeeded();
    await expect(chat.models.getByRole("status")).toContainText("200 of");
    expect(await page.locator("dialog *").count()).toBeLessThan(most * 15);
  });
});

test("the keyboard goes through the list, and Escape changes nothing", async ({ page, provider: _, chat }) => {
  await chat.open();
  const before = await chat.model.innerText();
  await chat.model.click();
  const active = chat.models.locator("[role=option][aria-selected=true]");
  await expect(active).toHaveCount(1);
  const top = await active.getAttribute("id");
  await page.keyboard.press("ArrowDown");
  await expect(active).not.toHaveAttribute("id", top ?? "");
  await expect(chat.modelSearch).toHaveAttribute("aria-activedescendant", (await active.getAttribute("id")) ?? "");
  await page.keyboard.press("PageDown");
  await expect(active).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(chat.models).toHaveCount(0);
  await expect(chat.model).toHaveText(before);
  await expect(chat.model).toBeFocused();
});

test("favourites and what was used come first", async ({ studio, provider: _, chat }) => {
  await studio.send("plain", "Hello");
  await chat.open();
  await chat.model.click();
  await chat.modelSearch.fill("echo");
  await expect(chat.modelOptions.first()).toHaveAccessibleName("echo");
  await chat.models.getByRole("button", { name: "Favourite: echo" }).click();
  await expect(chat.models.getByRole("button", { name: "Favourite: echo", pressed: true })).toBeVisible();
  await chat.modelSearch.fill("");
  await expect(chat.models.getByRole("group", { name: "Favourites" }).getByRole("option")).toHaveText([/echo/]);
  await expect(chat.models.getByRole("group", { name: "Recently used" }).getByRole("option")).toHaveText([
    /plain.*Last used/,
  ]);
  await expect(chat.models.getByRole("group", { name: "Fake" })).toBeVisible();
});

test("what makes embeddings is there once enabled, and cannot be picked", async ({
  page,
  studio,
  provider: _,
  chat,
}) => {
  // The list of models that can be picked leaves them out, so the name is found on the provider's page.
  await page.goto("/llm-config");
  const models = await page.getByRole("link", { name: /\d+ models/ }).getAttribute("href");
  await open(page, `${models}&q=embed`);
  const row = page.getByRole("list", { name: "Models" }).getByRole("listitem").first();
  const name = (await row.getByRole("heading").innerText()).trim();
  await row.getByRole("button", { name: /Disabled/ }).click();
  await expect(row.getByRole("button", { name: /Enabled/ })).toBeVisible();

  await chat.open();
  const before = await chat.model.innerText();
  await chat.model.click();
  await chat.modelSearch.fill(name);
  await expect(chat.modelOption(name)).toHaveAttribute("aria-disabled", "true");
  await expect(chat.modelOption(name)).toContainText("Makes embeddings");
  await page.keyboard.press("Enter");
  await expect(chat.models).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(chat.model).toHaveText(before);
  expect(await studio.api("GET", "conversations")).toMatchObject({ conversations: [] });
});

test("nothing found says what to do", async ({ page, provider: _, chat }) => {
  await chat.open();
  await chat.model.click();
  await chat.modelSearch.fill("no such model");
  await expect(chat.models.getByText("No model has such a name.")).toBeVisible();
  await expectAccessible(page);
});

test.describe("while the server is out of reach", () => {
  test.use({ expectedErrors: [/Failed to (load|fetch)|ERR_/] });

  test("the page says so and lives on", async ({ page, provider: _, chat }) => {
    await chat.open();
    await page.context().setOffline(true);
    await chat.model.click();
    await expect(page.locator(".composer-dock").getByRole("alert")).toContainText("did not answer");
    await page.context().setOffline(false);
    await chat.pick("plain");
  });
});
