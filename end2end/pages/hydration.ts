// Opening a page and waiting until it reacts: clicks before hydration are lost.

import { expect, type Page } from "@playwright/test";

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
}
