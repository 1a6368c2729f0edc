// Opens a report in Chromium, uses it as a person does, by mouse and by keyboard, and prints what was seen.
// Arguments: the browser, the page, and optionally the start of the names of screenshots.
const { chromium } = require("playwright-core");

async function main([executablePath, url, screenshots]) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const seen = { errors: [], requests: [] };
  const open = async (colorScheme, width) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    page.on("pageerror", error => seen.errors.push(error.message));
    page.on("console", message => { if (["error", "warning"].includes(message.type())) seen.errors.push(message.text()); });
    page.on("request", request => { if (!request.url().startsWith("data:")) seen.requests.push(request.url()); });
    await page.goto(url);
    if (screenshots) await page.screenshot({ path: `${screenshots}-${colorScheme}-${width}.png`, fullPage: true });
    return page;
  };

  const page = await open("light", 1280);
  const paths = () => page.$$eval("dialog[open] .image", buttons => buttons.map(button => button.dataset.path));
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  seen.hacked = await page.evaluate(() => window.hacked ?? null);
  seen.elements = await page.$$eval("main b, main script, main a[href^=http]", found => found.map(e => e.tagName + " " + e.textContent));
  seen.heading = await page.textContent("h1");
  seen.title = await page.title();
  seen.sections = await page.$$eval("section h2", heads => heads.map(head => head.textContent));
  const more = page.getByRole("button", { name: /^Show all/ });
  if (await more.count()) await more.click();
  seen.gallery = await page.$$eval("#errors .image", buttons => buttons.map(button => button.dataset.path));
  seen.drawn = await page.$$eval("#errors .image img", async images => {
    for (const image of images) { image.loading = "eager"; await image.decode(); }
    return images.map(image => image.naturalWidth);
  });

  // Every number of the matrix opens the images behind it.
  seen.cells = {};
  for (const cell of await page.$$("table.matrix button")) {
    const [row, column] = await cell.evaluate(e => [e.dataset.row, e.dataset.column]);
    await cell.click();
    seen.cells[`${row},${column}`] = { count: Number(await cell.textContent()), paths: await paths() };
    await page.keyboard.press("Escape");
  }

  // By keyboard: an arrow goes to the next number of the matrix, Enter opens, the focus is in the dialog, Escape gives it back.
  const first = page.locator("table.matrix button").first();
  await first.focus();
  await page.keyboard.press("Enter");
  seen.focusInDialog = await focused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  seen.dialogOfImage = await page.textContent("#viewer-title");
  await page.keyboard.press("Escape");
  seen.dialogIsClosed = await page.evaluate(() => !document.getElementById("viewer").open);
  seen.focusIsBack = await first.evaluate(e => document.activeElement === e);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  seen.focusMoved = await page.evaluate(() => [document.activeElement.dataset.row, document.activeElement.dataset.column].join());

  const column = index => page.$$eval(`table.sortable tbody td:nth-child(${index})`, cells => cells.map(cell => cell.textContent));
  const head = page.getByRole("columnheader", { name: "recall" });
  await head.getByRole("button").focus();
  await page.keyboard.press("Enter");
  seen.ascending = await column(3);
  await page.keyboard.press("Space");
  seen.descending = await column(3);
  seen.sort = await head.getAttribute("aria-sort");

  seen.widths = {};
  const colours = {};
  for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 360], ["dark", 360]]) {
    const other = await open(scheme, width);
    seen.widths[`${scheme} ${width}`] = await other.evaluate(() => document.documentElement.scrollWidth);
    colours[scheme] = await other.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await other.close();
  }
  seen.colours = colours;
  await browser.close();
  console.log(JSON.stringify(seen));
}

main(process.argv.slice(2)).catch(error => { console.error(error); process.exitCode = 1; });
