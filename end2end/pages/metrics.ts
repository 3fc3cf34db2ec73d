// The Metrics page: numbers and one plot.

import type { Locator, Page } from "@playwright/test";

import { open } from "./hydration";

export class MetricsPage {
  readonly plot: Locator;

  constructor(readonly page: Page) {
    this.plot = page.getByRole("img");
  }

  async open(): Promise<void> {
    await open(this.page, "/metrics");
  }

  /** The figure that stands under a term, such as `Answers`. */
  figure(term: string): Locator {
    return this.page.getByRole("term").filter({ hasText: term }).locator("xpath=following-sibling::dd[1]");
  }
}
