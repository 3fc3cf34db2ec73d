// The parameters of a conversation: only what the protocol knows, sent only where it is set.

import { expect, test } from "../fixtures/test";

test("a new conversation takes its parameters along", async ({ page, provider, chat }) => {
  await chat.open();
  await chat.pick("plain");
  await expect(chat.parameters).toHaveAccessibleName("Parameters");
  await chat.parameters.click();
  const dialog = page.getByRole("dialog", { name: "Parameters" });
  await dialog.getByLabel("Temperature").fill("0.5");
  await dialog.getByLabel("Seed").fill("7");
  // No field for what the protocol has no word for.
  await expect(dialog.getByLabel("Top p")).toBeVisible();
  await expect(dialog.getByLabel("Top k")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(chat.parameters).toBeFocused();
  await expect(chat.parameters).toHaveAccessibleName("Parameters, some are set");

  await chat.ask("First");
  await chat.finished();
  // In another tab it opens the page of the conversation that has begun.
  const id = new URL(page.url()).pathname.split("/").at(-1);
  await expect(chat.parameters).toHaveAttribute("href", `/parameters?conversation=${id}`);
  await chat.ask("Second");
  await chat.finished();
  const requests = await provider.requests("plain");
  expect(requests.map(({ body }) => [body.temperature, body.seed, body.stop])).toEqual([
    [0.5, 7, undefined],
    [0.5, 7, undefined],
  ]);
});

test("they are changed, kept over a reload, and taken back", async ({ page, studio, provider, chat }) => {
  const { conversation_id } = await studio.send("plain", "Hello");
  await chat.open(conversation_id);
  const dialog = page.getByRole("dialog", { name: "Parameters" });
  await chat.parameters.click();
  await dialog.getByLabel("Stop at").fill("END\nSTOP");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(chat.parameters).toHaveAccessibleName("Parameters, some are set");
  await page.reload();
  await expect(chat.parameters).toHaveAccessibleName("Parameters, some are set");
  await chat.open(conversation_id);
  await chat.parameters.click();
  await expect(dialog.getByLabel("Stop at")).toHaveValue("END\nSTOP");
  await dialog.getByRole("button", { name: "Reset all" }).click();
  await expect(chat.parameters).toHaveAccessibleName("Parameters");
  await chat.ask("Again");
  await chat.finished();
  expect((await provider.requests("plain")).map(({ body }) => body.stop)).toEqual([undefined, undefined]);
});

test("the model's own parameters are told as hints", async ({ page, studio, provider: _, chat }) => {
  const model = await studio.model("plain");
  await fetch(`${studio.url}/api/ui/models/edit`, {
    method: "POST",
    body: new URLSearchParams({ model: model.id, temperature: "0.7" }),
  });
  await chat.open();
  await chat.pick("plain");
  await chat.parameters.click();
  const field = page.getByRole("dialog").getByLabel("Temperature");
  await expect(field).toHaveValue("");
  await expect(field).toHaveAccessibleDescription(/The model’s own: 0\.7\./);
});

test.describe("with values that are refused", () => {
  test.use({ expectedErrors: [/status of 400/] });

  test("the reason stands in the form, and nothing changes", async ({ page, studio, provider: _, chat }) => {
    const { conversation_id } = await studio.send("plain", "Hello");
    await chat.open(conversation_id);
    await chat.parameters.click();
    const dialog = page.getByRole("dialog", { name: "Parameters" });
    await dialog.getByLabel("Stop at").fill("1\n2\n3\n4\n5");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("alert")).toContainText("stop");
    await expect(dialog.getByLabel("Stop at")).toHaveValue("1\n2\n3\n4\n5");
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(chat.parameters).toHaveAccessibleName("Parameters");
  });
});
