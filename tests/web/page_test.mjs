// The page in a real browser. Run by tests/web/run; a line per test, at the end how many passed.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { schemaFaults } from "./grafana.mjs";
import { axeSource, cutOff, launch, livePoints, loaded, openPage, Server } from "./browser.mjs";

const pictures = process.env.PPSD_WEB_PICTURES;
const server = new Server(process.argv.slice(2), Number(process.env.PPSD_WEB_PORT));
const sizes = [[1280, 800], [360, 640]];
const schemes = ["light", "dark"];
const views = ["minutes", "hour", "day", "week", "year", "all"];

const attribute = (page, selector, name) => page.locator(selector).getAttribute(name);
const hashOf = (page) => new URL(page.url()).hash;
const picture = (page, name, fullPage = true) => page.screenshot({ path: `${pictures}/${name}.png`, fullPage });
const steps = (page) => page.locator(".plot[data-step]").evaluateAll((all) => all.map((plot) => Number(plot.dataset.step)));

async function inView(page, range, scale = "") {
  await page.click(`#ranges a[data-range=${range}]`);
  await loaded(page, `#range=${range}${scale}`);
}

/// What axe finds that is serious.
async function graveFaults(page, exclude = []) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((left) => axe.run({ exclude: left }), exclude);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/// Drags over that part of a plot's width.
async function drag(page, from, to) {
  const box = await page.locator("#plot-offset .canvas").boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 5 });
  await page.mouse.up();
}

/// Presses Tab until an element that matches has the focus; all that had it before it.
async function tabTo(page, selector) {
  const seen = [];
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    const [there, name, outline] = await page.evaluate((wanted) => {
      const element = document.activeElement;
      return [element.matches(wanted), element.id || element.textContent.trim(), getComputedStyle(element).outlineStyle];
    }, selector);
    assert.notEqual(outline, "none", `${name} has the focus and doesn't show it`);
    seen.push(name);
    if (there) return seen;
  }
  throw new Error(`Tab never reaches ${selector}`);
}

const tests = {};

for (const range of views)
  tests[`the view "${range}" loads`] = async (open) => {
    const page = await open();
    await loaded(page);
    await inView(page, range);
    assert.equal(hashOf(page), `#range=${range}`);
    assert.equal(await attribute(page, `#ranges a[data-range=${range}]`, "aria-current"), "true");
    assert.ok(Number(await attribute(page, "#plot-offset", "data-points")) > 20);
    for (const text of await page.locator("#main-plots .summary").allTextContents()) assert.match(text, /mean .* between .* and /);
    await page.waitForFunction(() => document.querySelectorAll("#histogram rect").length > 5);
    assert.match(await page.locator("#allan .summary").textContent(), /e-\d+ at \d/);
    assert.match(await page.locator("#time-deviation .summary").textContent(), /[num]?s at \d/);
    assert.ok(await page.locator("#allan circle").count() > 4);
    await picture(page, `view ${range}`);
  };

tests["the receiver's line: its rate and how full it is, as far as they are known"] = async (open) => {
  const page = await open();
  const status = await (await page.request.get(`${server.url}api/v1/status`)).json();
  let line;
  await page.route("**/api/v1/status*", (route) => route.fulfill({ json: { ...status, ppsd: { ...status.ppsd, ...line } } }));
  // The stream would bring another status.
  await page.route("**/api/v1/live*", (route) => route.fulfill({ contentType: "text/event-stream", body: "" }));
  for (const [baud, line_load, text] of [[115200, 0.514, ["115200 baud, 51 % full"]], [9600, null, ["9600 baud"]],
    [null, 0.5, ["50 % full"]], [null, null, []]]) {
    line = { baud, line_load };
    await page.reload();
    await loaded(page);
    assert.deepEqual(await page.locator("#ppsd > div", { hasText: "Receiver's line" }).locator("dd").allTextContents(), text);
  }
};

tests["a plot for each series that the status names"] = async (open) => {
  const page = await open();
  await loaded(page);
  const { series } = await (await page.request.get(`${server.url}api/v1/status`)).json();
  const headings = (await page.locator(".plot h3").allTextContents()).join("; ").toLowerCase();
  for (const { title } of series) assert.ok(headings.includes(title.toLowerCase()), title);
};

tests["live points arrive, each second"] = async (open) => {
  const page = await open({ hash: "#range=minutes" });
  await loaded(page);
  const before = Number(await attribute(page, "#plot-offset", "data-last"));
  await livePoints(page, 3);
  const after = Number(await attribute(page, "#plot-offset", "data-last"));
  assert.ok(after >= before + 2, `from ${before} to ${after}`);
  // Unknown for as long as the newest second had no sample: on a busy machine, one may be missed.
  await page.waitForFunction(() => /Pulse offset[+-]?[\d.]+ [num]?s/.test(document.querySelector("#facts").textContent));
};

tests["live points aren't read out"] = async (open) => {
  const page = await open();
  await loaded(page);
  await livePoints(page, 1);
  await page.evaluate(() => {
    window.told = 0;
    for (const region of document.querySelectorAll("[aria-live], [role=status], [role=alert]"))
      new MutationObserver(() => (window.told += 1)).observe(region, { childList: true, subtree: true, characterData: true });
  });
  await livePoints(page, 4);
  assert.equal(await page.evaluate(() => window.told), 0);
};

tests["dragging zooms all plots and fetches finer data"] = async (open) => {
  const page = await open({ hash: "#range=day" });
  await loaded(page);
  const before = await steps(page);
  await drag(page, 0.6, 0.63);
  await page.waitForFunction(() => location.hash.startsWith("#from="));
  await loaded(page);
  const after = await steps(page);
  assert.ok(after[0] < before[0], `steps of ${after[0]} s after ${before[0]} s`);
  assert.equal(new Set(after).size, 1);
  await picture(page, "zoomed");
  await page.locator("#plot-offset .canvas").dblclick();
  await loaded(page, "#range=day");
};

tests["a link holds the view; Back and Forward work"] = async (open) => {
  const page = await open({ hash: "#range=day" });
  await loaded(page);
  await drag(page, 0.3, 0.5);
  await page.waitForFunction(() => location.hash.startsWith("#from="));
  await loaded(page);
  const link = hashOf(page);
  const shown = await page.locator("#shown").textContent();
  const other = await open({ hash: link });
  await loaded(other, link);
  assert.equal(await other.locator("#shown").textContent(), shown);
  assert.equal(await other.locator("#plot-jitter .summary").textContent(), await page.locator("#plot-jitter .summary").textContent());
  await page.goBack();
  await loaded(page, "#range=day");
  await page.goForward();
  await loaded(page, link);
};

tests["spikes can be left out of the scale, and the link says it"] = async (open) => {
  const iso = (age) => new Date(Date.now() - age * 1000).toISOString().slice(0, 19) + "Z";
  const hash = `#from=${iso(10000)}&to=${iso(6000)}`; // what is shown stays the same
  const page = await open({ hash });
  await loaded(page, hash);
  const labels = () => page.locator("#plot-offset .dygraph-axis-label-y").evaluateAll((all) =>
    all.map((label) => `${label.textContent} at ${label.getBoundingClientRect().top - label.closest(".canvas").getBoundingClientRect().top}`).join());
  const before = await labels();
  await page.click("#spikes");
  await loaded(page, `${hash}&scale=most`);
  assert.equal(await attribute(page, "#spikes", "aria-pressed"), "true");
  assert.notEqual(await labels(), before);
  await inView(page, "week", "&scale=most");
  await page.goBack();
  await page.goBack();
  await loaded(page, hash);
  assert.equal(await labels(), before);
};

tests["buttons move and zoom"] = async (open) => {
  const page = await open({ hash: "#range=hour" });
  await loaded(page);
  assert.ok(await page.locator("#later").isDisabled());
  for (const id of ["earlier", "zoom-in", "later", "zoom-out"]) {
    const before = hashOf(page);
    await page.click(`#${id}`);
    await page.waitForFunction((old) => location.hash !== old, before);
    await loaded(page);
  }
};

tests["an address that isn't understood shows the hour"] = async (open) => {
  const page = await open({ hash: "#from=then&to=now&range=moon" });
  await loaded(page, "#range=hour");
};

tests["events are listed, and lead to their time"] = async (open) => {
  const page = await open({ hash: "#range=year" });
  await loaded(page);
  const link = page.locator("#events a").first();
  const time = Date.parse(await link.locator("time").getAttribute("datetime"));
  await link.click();
  await page.waitForFunction(() => location.hash.startsWith("#from="));
  await loaded(page);
  const view = new URLSearchParams(hashOf(page).slice(1));
  assert.ok(Date.parse(view.get("from")) < time && time < Date.parse(view.get("to")));
};

tests["CSV of what is seen"] = async (open) => {
  const page = await open({ hash: "#range=hour" });
  await loaded(page);
  await drag(page, 0.3, 0.5);
  await page.waitForFunction(() => location.hash.startsWith("#from="));
  await loaded(page);
  const href = await attribute(page, "#csv", "href");
  const answer = await page.request.get(server.url + href);
  assert.match(answer.headers()["content-type"], /^text\/csv/);
  const [head, ...rows] = (await answer.text()).trim().split("\n");
  assert.match(head, /^time,offset/);
  const view = new URLSearchParams(hashOf(page).slice(1));
  const times = rows.map((row) => Number(row.split(",")[0]));
  assert.ok(times.length > 10);
  assert.ok(times.every((t) => t >= Date.parse(view.get("from")) / 1000 - 60 && t <= Date.parse(view.get("to")) / 1000));
};

for (const scheme of schemes)
  for (const [width, height] of sizes)
    tests[`nothing is cut off, axe finds nothing: ${scheme}, ${width}x${height}`] = async (open) => {
      const page = await open({ width, height, scheme });
      await loaded(page);
      await livePoints(page, 1);
      const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]);
      assert.ok(scheme === "dark" ? back < 60 : back > 200, `the background is ${back} in ${scheme}`);
      for (const range of views) {
        await inView(page, range);
        assert.deepEqual(await cutOff(page), [], range);
      }
      await inView(page, "hour");
      await page.evaluate(() => scrollTo(0, 0));
      await picture(page, `${scheme} ${width}x${height}, first screen`, false);
      await picture(page, `${scheme} ${width}x${height}`);
      assert.deepEqual(await graveFaults(page), []);
    };

tests["the chosen theme is remembered"] = async (open) => {
  const page = await open();
  await loaded(page);
  await page.click("#theme");
  await page.waitForSelector("#theme[aria-pressed=true]");
  await page.reload();
  await page.waitForSelector("html[data-theme=dark]", { state: "attached" });
  await page.waitForSelector("#theme[aria-pressed=true]");
};

tests["the keyboard alone chooses a range, moves and zooms"] = async (open) => {
  const page = await open();
  await loaded(page);
  await tabTo(page, "#ranges a[data-range=day]");
  await page.keyboard.press("Enter");
  await loaded(page, "#range=day");
  const [before] = await steps(page);
  const seen = await tabTo(page, "#plot-offset");
  for (const id of ["earlier", "zoom-in", "zoom-out", "csv"]) assert.ok(seen.includes(id), id);
  for (const key of ["+", "+", "+", "+", "ArrowLeft", "ArrowRight", "-"]) {
    const old = hashOf(page);
    await page.keyboard.press(key);
    await page.waitForFunction((hash) => location.hash !== hash, old);
    await loaded(page);
  }
  assert.ok((await steps(page))[0] < before);
  await page.keyboard.press("0");
  await loaded(page, "#range=day");
};

tests["a server that goes away and comes back"] = async (open) => {
  const page = await open();
  await loaded(page);
  await livePoints(page, 1);
  await server.stop();
  await page.waitForSelector("#lost", { state: "visible" });
  assert.match(await page.locator("#lost").textContent(), /^No answer from ppsd-web since \d\d:\d\d:\d\d UTC/);
  await picture(page, "server gone", false);
  await server.start();
  await page.waitForSelector("#lost", { state: "hidden" });
  await loaded(page);
  await livePoints(page, 2);
  page.problems = page.problems.filter((text) => !/Failed to load resource: net::ERR_/.test(text)); // as it must be
};

tests["the page is small"] = async (open) => {
  const page = await open();
  await loaded(page);
  const own = [...page.sizes].filter(([url]) => !/\/(api|dygraphs)\//.test(url));
  const total = own.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(own.length > 10 && total < 70000, `${own.length} files of ${total} bytes`);
  for (const [url, size] of page.sizes) if (url.includes("/api/")) assert.ok(size < 200000, `${url}: ${size} bytes`);
};

tests["Grafana's dashboard is one by Grafana's own schema"] = async () => assert.deepEqual(schemaFaults(), []);

if (process.env.PPSD_WEB_REPORT)
  for (const scheme of schemes)
    tests[`the report of a recording: no request, nothing cut off, axe finds nothing: ${scheme}`] = async (open) => {
      for (const [width, height] of sizes) {
        const page = await open({ width, height, scheme, file: process.env.PPSD_WEB_REPORT });
        const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]);
        assert.ok(scheme === "dark" ? back < 60 : back > 200, `the background is ${back} in ${scheme}`);
        assert.match(await page.locator("h1").textContent(), /^At the end: locked: /);
        assert.ok(await page.locator("svg polyline").count() > 5);
        assert.ok(await page.locator("svg rect").count() > 20);
        assert.deepEqual(await cutOff(page), []);
        await picture(page, `report ${scheme} ${width}x${height}`);
        // The pictures' many parts would take it 10 s; they have a role and a label, which it looks at.
        assert.deepEqual(await graveFaults(page, ["svg *"]), []);
      }
    };

async function runOne(browser, name, run) {
  const pages = [];
  const start = Date.now();
  const open = async (how) => {
    const page = await openPage(browser, server, how);
    pages.push(page);
    return page;
  };
  let problem = "";
  try {
    await run(open);
    assert.deepEqual(pages.flatMap((page) => page.problems), []);
  } catch (error) {
    problem = String(error.stack);
    if (pages.length) await picture(pages.at(-1), `failed ${name.replace(/[^\w ]/g, "")}`).catch(() => {});
  }
  for (const page of pages) await page.context().close();
  if (!server.runs) await server.start(); // a test that failed in between may have left it stopped
  console.log(`${problem ? "FAILED" : "ok    "} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (problem) console.log("    " + problem.replaceAll("\n", "\n    "));
  return !problem;
}

/// Of a page that has been open for a while.
async function readmePicture(browser) {
  const page = await openPage(browser, server, { width: 1280, height: 1000 });
  await loaded(page);
  await livePoints(page, 20);
  await picture(page, "readme", false);
  await page.context().close();
  return 0;
}

async function runAll(browser) {
  const only = process.env.PPSD_WEB_ONLY ?? ""; // a part of the names
  let passed = 0, failed = 0;
  for (const [name, run] of Object.entries(tests).filter(([name]) => name.includes(only)))
    if (await runOne(browser, name, run)) passed += 1;
    else failed += 1;
  console.log(`${passed} passed, ${failed} failed`);
  return failed || !passed ? 1 : 0;
}

async function main() {
  mkdirSync(pictures, { recursive: true });
  await server.start();
  const browser = await launch();
  try {
    return await (process.env.PPSD_WEB_README ? readmePicture : runAll)(browser);
  } finally {
    await browser.close();
    await server.stop();
  }
}

process.exitCode = await main();
