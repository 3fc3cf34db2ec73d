// Dark, light and the system's choice: right in the first byte, without a flash.

import { expect, test } from "../fixtures/test";
import { open } from "../pages/hydration";

const background = (element: Element) => getComputedStyle(element).backgroundColor;

test("the choice is in the first HTML of the next page", async ({ page, sidebar }) => {
  await open(page, "/chat");
  await sidebar.theme("Dark").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect
    .poll(async () => (await page.context().cookies()).find(({ name }) => name === "theme")?.value)
    .toBe("dark");
  const html = await (await page.request.get("/prompts")).text();
  expect(html).toMatch(/<html[^>]*data-theme="dark"/);
});

test("the first paint after a choice has its colour", async ({ page, sidebar }) => {
  await open(page, "/chat");
  await sidebar.theme("Dark").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await page.locator("body").evaluate(background);
  await page.emulateMedia({ colorScheme: "light" });
  await page.addInitScript(() => {
    const seen = ((window as unknown as { seen: string[] }).seen = []) as string[];
    const look = () => {
      if (document.body) {
        seen.push(getComputedStyle(document.body).backgroundColor);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await open(page, "/chat");
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(new Set(seen)).toEqual(new Set([dark]));
});

for (const scheme of ["light", "dark"] as const) {
  test(`without a choice the system decides: ${scheme}`, async ({ page, sidebar }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open(page, "/chat");
    const bySystem = await page.locator("body").evaluate(background);
    await sidebar.theme(scheme === "light" ? "Light" : "Dark").click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", scheme);
    expect(await page.locator("body").evaluate(background)).toBe(bySystem);
  });
}
