// The LLM Config page: the providers and the form that adds one.

import type { Locator, Page } from "@playwright/test";

import { open } from "./hydration";

export interface NewProvider {
  name: string;
  url: string;
  key?: string;
}

export class LlmConfigPage {
  readonly name: Locator;
  readonly address: Locator;
  readonly key: Locator;
  readonly save: Locator;
  /** Why the server did not do what was asked for. */
  readonly refusal: Locator;
  /** One entry for each provider. */
  readonly providers: Locator;

  constructor(readonly page: Page) {
    // What was found has a name too, further down.
    this.name = page.getByRole("textbox", { name: "Name" }).first();
    this.address = page.getByRole("textbox", { name: "Address" });
    this.key = page.getByLabel("Key", { exact: true });
    this.save = page.getByRole("button", { name: "Save" });
    this.refusal = page.getByRole("main").getByRole("alert").filter({ hasText: /\w/ });
    this.providers = page.getByRole("list", { name: "Providers" }).locator("> li");
  }

  async open(): Promise<void> {
    await open(this.page, "/llm-config");
  }

  /** Opens the empty form by its link, fills it in and saves. */
  async add(provider: NewProvider): Promise<void> {
    await this.page.getByRole("link", { name: "Add a provider" }).click();
    await this.fill(provider);
    await this.save.click();
  }

  async fill({ name, url, key }: NewProvider): Promise<void> {
    await this.name.fill(name);
    await this.address.fill(url);
    if (key) {
      await this.key.fill(key);
    }
  }

  /** Looks what is at an address, without storing anything. */
  async detect(url: string, key?: string): Promise<void> {
    await open(this.page, "/llm-config?add=1");
    await this.fill({ name: "Looked at", url, key });
    await this.page.getByRole("button", { name: "Detect", exact: true }).click();
  }

  /** What the page shows of one provider. */
  provider(name: string): Locator {
    return this.providers.filter({ has: this.page.getByRole("heading", { name, exact: true }) });
  }

  /** Adds a provider with ten thousand models past the browser. */
  static async addTenThousand(studio: string, fake: { url: string }): Promise<void> {
    const url = fake.url.replace(/\/v1$/, "/lists/10000/v1");
    await LlmConfigPage.addByForm(studio, { name: "Many", url });
  }

  /** Adds a provider past the browser, by the form post that a page without script makes. */
  static async addByForm(studio: string, { name, url, key }: NewProvider): Promise<void> {
    const response = await fetch(`${studio}/api/ui/providers/add`, {
      method: "POST",
      headers: { accept: "text/html" },
      body: new URLSearchParams({ name, base_url: url, key: key ?? "" }),
      redirect: "manual",
    });
    // A refused form is sent back to where it came from, which is not known of this one.
    const place = response.headers.get("location");
    if (place !== "/llm-config") {
      throw new Error(`the provider was refused: ${response.status} ${place}`);
    }
  }
}
