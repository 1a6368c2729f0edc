// Opens the page of the sample service in Chromium, has an image explained, takes screenshots, and prints what was seen.
// Arguments: the browser, the address of the service, the path of an image, what the names of the screenshots start with.
const { chromium } = require("playwright-core");

async function main([executablePath, url, image, screenshots]) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const seen = { errors: [] };
  for (const [scheme, width] of [["light", 1000], ["dark", 360]]) {
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 800 } });
    page.on("pageerror", error => seen.errors.push(error.message));
    await page.goto(url);
    await page.waitForFunction(() => document.getElementById("model").textContent.includes("classes"));
    const at = id => page.locator(`#${id}`);
    const visible = async () => (await at("explanation").isVisible()) ? "explanation" : (await at("preview").isVisible()) ? "preview" : "";
    const box = async id => { const { x, y, width, height } = await at(id).boundingBox(); return [x, y, width, height].map(Math.round); };
    const rowsAre = count => page.waitForFunction(wanted => document.querySelectorAll("#classes li").length === wanted, count);
    await page.setInputFiles("#image", image);
    await rowsAre(3);
    await at("preview").waitFor();
    seen.disabled = await at("explain").isDisabled();
    seen.note = await page.textContent("#note");
    if (seen.disabled) {
      await page.screenshot({ path: `${screenshots}-${scheme}.png`, fullPage: true });
      continue;
    }

    const shown = seen[scheme] = { width, previewBox: await box("preview") };
    // By keyboard: the box comes behind the number of classes.
    await page.focus("#top");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await at("explanation").waitFor();
    await page.waitForFunction(() => document.getElementById("explanation").naturalWidth > 0);
    shown.on = await visible();
    shown.explanationBox = await box("explanation");
    shown.alternative = await at("explanation").getAttribute("alt");
    shown.note = await page.textContent("#note");
    shown.scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.screenshot({ path: `${screenshots}-${scheme}.png`, fullPage: true });
    await page.keyboard.press("Space");
    await at("preview").waitFor();
    shown.off = await visible();

    // A choice stays for the next image, and an old explanation does not stay over a refusal.
    await page.keyboard.press("Space");
    await at("explanation").waitFor();
    await page.fill("#top", "99");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.getElementById("status").textContent.includes("must be 1 to 50"));
    shown.afterRefusal = await visible();
  }
  await browser.close();
  console.log(JSON.stringify(seen));
}

main(process.argv.slice(2)).catch(error => { console.error(error); process.exit(1); });
