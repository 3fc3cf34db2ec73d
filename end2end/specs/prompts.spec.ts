// Prompt profiles: made, changed, applied to what is sent, removed.

import { expect, test } from "../fixtures/test";

test("a prompt profile is made and applied", async ({ provider, prompts, chat, sidebar }) => {
  await prompts.open();
  await prompts.add("Pirate", "Answer like a pirate.");
  await expect(prompts.profile("Pirate")).toBeVisible();

  await sidebar.entry("Chat Studio").click();
  await chat.pick("plain");
  await chat.prompt.selectOption({ label: "Pirate" });
  await chat.ask("Good morning");
  await chat.finished();
  const [request] = await provider.requests("plain");
  expect(request.body.messages[0]).toEqual({ role: "system", content: "Answer like a pirate." });
});

test("edit and delete", async ({ prompts, chat, sidebar }) => {
  await prompts.open();
  await prompts.add("Pirate", "Answer like a pirate.");
  await prompts.profile("Pirate").getByRole("link", { name: "Edit" }).click();
  await expect(prompts.text).toHaveValue("Answer like a pirate.");
  await prompts.name.fill("Sailor");
  await prompts.save.click();
  await expect(prompts.profile("Sailor")).toBeVisible();
  await expect(prompts.profile("Pirate")).toHaveCount(0);

  await prompts.profile("Sailor").locator("summary", { hasText: "Delete" }).click();
  await prompts.profile("Sailor").getByRole("button", { name: "Delete for good" }).click();
  await expect(prompts.profile("Sailor")).toHaveCount(0);
  await sidebar.entry("Chat Studio").click();
  await expect(chat.composer).toBeVisible();
  await expect(chat.prompt).toHaveCount(0);
});

test.describe("with a conflict", () => {
  test.use({ expectedErrors: [/status of 409/] });

  test("a change made from an old version is refused and not lost", async ({ page, studio, prompts }) => {
    await prompts.open();
    await prompts.add("Pirate", "Answer like a pirate.");
    await prompts.profile("Pirate").getByRole("link", { name: "Edit" }).click();
    await expect(prompts.text).toHaveValue("Answer like a pirate.");
    const [stored] = await studio.api<{ id: string; version: number }[]>("GET", "prompt-profiles");
    await studio.api("PUT", `prompt-profiles/${stored.id}`, {
      name: "Pirate",
      description: "",
      system_prompt: "Answer like an admiral.",
      version: stored.version,
    });
    await prompts.text.fill("Answer like a parrot.");
    await prompts.save.click();
    await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toBeVisible();
    await expect(prompts.text).toHaveValue("Answer like a parrot.");
  });
});
