// The chat page: the composer, the selectors above it, and the messages.

import { expect, type Locator, type Page } from "@playwright/test";

import { open } from "./hydration";

export class ChatPage {
  readonly composer: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  /** What opens the choice of models, and says which is picked. */
  readonly model: Locator;
  /** The choice of models. */
  readonly models: Locator;
  readonly modelSearch: Locator;
  readonly modelOptions: Locator;
  /** What opens the parameters. */
  readonly parameters: Locator;
  readonly profile: Locator;
  readonly prompt: Locator;
  /** What scrolls the messages. */
  readonly log: Locator;
  readonly answers: Locator;
  readonly questions: Locator;
  readonly newest: Locator;
  readonly older: Locator;
  readonly announcements: Locator;
  /** Why the server did not do what was asked for. */
  readonly refusal: Locator;

  constructor(
    readonly page: Page,
    readonly scripted: boolean,
  ) {
    this.composer = page.getByRole("textbox", { name: "Message" });
    this.send = page.getByRole("button", { name: "Send message" });
    this.stop = page.getByRole("button", { name: "Stop answering" });
    this.model = scripted
      ? page.getByRole("button", { name: /^Model: / })
      : page.getByRole("combobox", { name: "Model" });
    this.models = page.getByRole("dialog", { name: "Choose a model" });
    this.modelSearch = this.models.getByRole("combobox", { name: "Search the models" });
    this.modelOptions = scripted
      ? this.models.getByRole("option")
      : this.model.getByRole("option");
    this.parameters = page.getByRole("link", { name: "Parameters" });
    this.profile = page.getByRole("combobox", { name: "Routing profile" });
    this.prompt = page.getByRole("combobox", { name: "Prompt profile" });
    this.log = page.getByRole("region", { name: "Messages" });
    this.answers = this.messagesOf("Answer");
    this.questions = this.messagesOf("You said");
    this.newest = page.getByRole("button", { name: "Newest" });
    this.older = page.getByRole("link", { name: "Load older messages" });
    this.announcements = page.locator("[aria-live=polite]");
    this.refusal = page.locator(".composer-dock").getByRole("alert").filter({ hasText: /\w/ });
  }

  async open(conversation?: string): Promise<void> {
    await open(this.page, conversation ? `/chat/${conversation}` : "/chat");
  }

  /** A model in the choice, by the name it has at its provider. */
  modelOption(name: string): Locator {
    if (this.scripted) {
      return this.models.getByRole("option", { name, exact: true });
    }
    // Favourites and what was used stand there with their provider.
    const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return this.model.getByRole("option", { name: new RegExp(`^${literal}( · |$)`) });
  }

  /** Picks a model by the name it has at its provider, such as `slow`. */
  async pick(model: string): Promise<void> {
    if (!this.scripted) {
      const label = await this.modelOption(model).textContent();
      await this.model.selectOption({ label: label?.trim() });
      return;
    }
    await this.model.click();
    await this.modelSearch.fill(model);
    await this.modelOption(model).click();
    await expect(this.model).toHaveAccessibleName(`Model: ${model}`);
    await expect(this.models).toHaveCount(0);
  }

  /** Sends and waits until the message stands in the conversation. */
  async ask(text: string): Promise<void> {
    const before = await this.questions.count();
    await this.composer.fill(text);
    await this.send.click();
    await expect(this.questions).toHaveCount(before + 1);
  }

  /** Messages by the hidden heading that says who speaks. */
  private messagesOf(speaker: string): Locator {
    const heading = this.page.getByRole("heading", { name: speaker, exact: true, level: 2 });
    return this.page.getByRole("article").filter({ has: heading });
  }

  /** The newest answer. */
  get answer(): Locator {
    return this.answers.last();
  }

  /** Below the newest answer: who wrote it, how long it is, and when. */
  get facts(): Locator {
    return this.answer.locator(".message-facts");
  }

  /** What the newest answer says, without what the page says about it. */
  get said(): Locator {
    return this.answer.locator(".answer-text");
  }

  /** An action of the newest answer, such as `Retry`. */
  action(name: string): Locator {
    return this.answer.getByRole("button", { name });
  }

  /** Waits until nothing is being written any more. */
  async finished(): Promise<void> {
    await expect(this.stop).toHaveCount(0, { timeout: 30_000 });
  }

  /** The identifier in the address, once there is one. */
  async conversation(): Promise<string> {
    await this.page.waitForURL(/\/chat\/[0-9a-f-]{36}$/);
    return new URL(this.page.url()).pathname.replace("/chat/", "");
  }
}
