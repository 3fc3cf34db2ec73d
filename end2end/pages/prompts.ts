// The Prompts page: the prompt profiles and the form that adds one.

import type { Locator, Page } from "@playwright/test";

import { open } from "./hydration";

export class PromptsPage {
  readonly name: Locator;
  readonly text: Locator;
  readonly save: Locator;

  constructor(readonly page: Page) {
    this.name = page.getByRole("textbox", { name: "Name" });
    this.text = page.getByRole("textbox", { name: "System prompt" });
    this.save = page.getByRole("button", { name: "Save" });
  }

  async open(): Promise<void> {
    await open(this.page, "/prompts");
  }

  /** Opens the empty form by its link, fills it in and saves. */
  async add(name: string, text: string): Promise<void> {
    await this.page.getByRole("link", { name: "New prompt profile" }).click();
    await this.name.fill(name);
    await this.text.fill(text);
    await this.save.click();
  }

  profile(name: string): Locator {
    const heading = this.page.getByRole("heading", { name, exact: true });
    const list = this.page.getByRole("list", { name: "Prompt profiles" });
    return list.getByRole("listitem").filter({ has: heading });
  }
}
