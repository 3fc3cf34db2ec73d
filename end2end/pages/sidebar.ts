// The sidebar: navigation, the list of conversations, the theme.

import type { Locator, Page } from "@playwright/test";

export type Theme = "System" | "Light" | "Dark";

const themeLabels: Record<Theme, string> = {
  System: "Theme of the system",
  Light: "Light theme",
  Dark: "Dark theme",
};

export class Sidebar {
  readonly self: Locator;
  readonly conversations: Locator;

  constructor(private readonly page: Page) {
    this.self = page.getByRole("complementary", { name: "Sidebar" });
    this.conversations = this.self.getByRole("region", { name: "Conversations" });
  }

  entry(name: string): Locator {
    return this.self.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
  }

  conversation(title: string | RegExp): Locator {
    return this.conversations.getByRole("listitem").getByRole("link", { name: title });
  }

  newChat(): Locator {
    return this.conversations.getByRole("link", { name: "New chat" });
  }

  theme(theme: Theme): Locator {
    return this.self.getByRole("button", { name: themeLabels[theme] });
  }

  async rename(title: string, newTitle: string): Promise<void> {
    await this.conversation(title).hover();
    await this.self.getByRole("button", { name: `Rename “${title}”` }).click();
    const field = this.self.getByRole("textbox", { name: "Title of the conversation" });
    await field.fill(newTitle);
    await field.press("Enter");
  }

  async delete(title: string): Promise<void> {
    await this.conversation(title).hover();
    await this.self.getByRole("button", { name: `Delete “${title}”` }).click();
  }

  async undo(): Promise<void> {
    await this.page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  }
}
