// How the browser tests run: Debian's Chromium against the release build, each test with a server of its own.

import { fileURLToPath } from "node:url";

import { defineConfig } from "@playwright/test";

const root = fileURLToPath(new URL("..", import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const atDesk = ["no-script", "phone", "screenshots", "budgets"].map((name) => `**/${name}.spec.ts`);

export default defineConfig({
  testDir: "specs",
  outputDir: `${root}/target/browser`,
  fullyParallel: true,
  workers: 2,
  // Two browsers and their servers share what may be two processors; the report names each test that
  // needed its second try.
  retries: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  globalTimeout: 20 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ["list"],
    ["json", { outputFile: `${root}/target/reports/browser.json` }],
  ],
  use: {
    viewport: desktop,
    locale: "en-GB",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    trace: "retain-on-first-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // Chromium's sandbox does not work for root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ["--disable-features=OptimizationHints,MediaRouter", "--disable-domain-reliability"],
    },
  },
  projects: [
    { name: "chromium", testIgnore: atDesk },
    { name: "no-script", testMatch: "**/no-script.spec.ts", use: { javaScriptEnabled: false } },
    {
      name: "phone",
      testMatch: "**/phone.spec.ts",
      use: { viewport: phone, isMobile: true, hasTouch: true },
    },
    { name: "screenshots", testMatch: "**/screenshots.spec.ts" },
    // Afterwards and alone, because what it measures must not share the processors.
    {
      name: "budgets",
      testMatch: "**/budgets.spec.ts",
      dependencies: ["chromium", "no-script", "phone", "screenshots"],
    },
  ],
});
