// Opens the page of the sample service in Chromium, uses it as a person does, and prints what was seen.
// Arguments: the browser, the address of the service, the path of an image.
const { chromium } = require("playwright-core");
const net = require("net");

async function main([executablePath, url, image]) {
  const browser = await chromium.launch({
    executablePath, args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  });
  const seen = { errors: [], requests: [], widths: {}, colours: {} };
  const open = async (colorScheme, width) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 }, permissions: ["camera"] });
    page.on("pageerror", error => seen.errors.push(error.message));
    page.on("request", request => { if (!request.url().startsWith("blob:")) seen.requests.push(request.url()); });
    // Deferred for before the page is there, so that no real dialog opens.
    page.on("filechooser", chooser => chooser.setFiles(image));
    await page.goto(url);
    await page.waitForFunction(() => document.getElementById("model").textContent.includes("classes"));
    // Keys before the first frame would be lost.
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    return page;
  };
  const rows = page => page.$$eval("#classes li", items => items.map(item => ({
    label: item.querySelector(".label").textContent,
    probability: item.querySelector(".probability").textContent,
    bar: item.querySelector(".bar").getBoundingClientRect().width / item.querySelector(".track").getBoundingClientRect().width,
  })));
  const rowsAre = (page, count) => page.waitForFunction(wanted => document.querySelectorAll("#classes li").length === wanted, count);
  const statusHas = (page, text) => page.waitForFunction(wanted => document.getElementById("status").textContent.includes(wanted), text);
  const drop = async (page, bytes, name, type) => {
    const data = await page.evaluateHandle(([length, name, type]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(length).fill(65)], name, { type }));
      return transfer;
    }, [bytes, name, type]);
    await page.dispatchEvent("#drop", "drop", { dataTransfer: data });
  };

  // By keyboard alone: choose an image, then ask for fewer classes.
  const page = await open("light", 1000);
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.activeElement.id === "image");
  await page.keyboard.press("Enter");
  await rowsAre(page, 3);
  seen.rows = await rows(page);
  seen.status = await page.textContent("#status");
  seen.preview = await page.waitForFunction(() => document.getElementById("preview").naturalWidth).then(handle => handle.jsonValue());
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("2");
  await page.keyboard.press("Tab");
  await rowsAre(page, 2);

  // What is dropped and refused is said, and the old answer is gone.
  await drop(page, 20, "a.txt", "text/plain");
  await statusHas(page, "cannot be decoded");
  seen.rowsAfterRefusal = (await rows(page)).length;
  await drop(page, 11 << 20, "a.jpg", "image/jpeg");
  await statusHas(page, "too large");

  // The only place is taken: the page says so, and asks again until it is free.
  const { hostname, port, host } = new URL(url);
  const other = net.connect(Number(port), hostname);
  other.on("error", () => {});
  other.write(`POST /predict HTTP/1.1\r\nHost: ${host}\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\nhalf`);
  await page.waitForFunction(() => fetch("health").then(answer => answer.json()).then(health => health.requests === 1));
  await page.setInputFiles("#image", image);
  await statusHas(page, "busy");
  other.destroy();
  await rowsAre(page, 2);

  for (const [scheme, width] of [["light", 1000], ["dark", 320]]) {
    const narrow = await open(scheme, width);
    await narrow.setInputFiles("#image", image);
    await rowsAre(narrow, 3);
    seen.widths[width] = await narrow.evaluate(() => document.documentElement.scrollWidth);
    seen.colours[scheme] = await narrow.evaluate(() => getComputedStyle(document.body).backgroundColor);
  }

  // Several images at once, each with its answer; a small one fills its box. Then the camera, whose last frame stays.
  const several = await open("light", 1000);
  await several.setInputFiles("#image", [image, image]);
  const captions = () => several.$$eval("#images span", texts => texts.map(text => text.textContent));
  while ((await captions()).filter(text => text.endsWith("%")).length < 2)
    await several.waitForTimeout(50);
  seen.captions = await captions();
  seen.height = await several.$eval("#preview", shown => shown.clientHeight);
  await several.click("#images li:nth-child(2) button");
  await several.click("#live");
  await several.waitForFunction(() => document.getElementById("camera").videoWidth > 0);
  await several.click("#live");
  seen.frame = await several.waitForFunction(() => {
    const preview = document.getElementById("preview");
    return !preview.hidden && preview.alt === "camera.jpg" && preview.naturalWidth;
  }).then(handle => handle.jsonValue());
  await browser.close();
  console.log(JSON.stringify(seen));
}

main(process.argv.slice(2)).catch(error => { console.error(error); process.exit(1); });
