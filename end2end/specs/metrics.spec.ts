// Metrics: the numbers are those of the answers given, and the unknown is not zero.

import { expect, test } from "../fixtures/test";

test("answers are counted by how they ended", async ({ studio, provider: _, metrics }) => {
  await studio.send("plain", "One");
  await studio.send("plain", "Two");
  await studio.send("cut", "Three");
  await metrics.open();
  await expect(metrics.figure("Answers")).toHaveText("3");
  await expect(metrics.figure("Failed")).toHaveText("1");
  await expect(metrics.plot.first()).toBeVisible();
});

test("with no answers yet it says what to do", async ({ metrics }) => {
  await metrics.open();
  await expect(metrics.page.getByRole("main")).toContainText("No answers");
});
