// What the tests of the page need: a server that can be stopped and started, a browser, a page that is watched.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { connect } from "node:net";

// The packages are in the build's folder, not beside this file.
const require = createRequire(`${process.env.PPSD_WEB_MODULES}/`);
const { chromium } = require("playwright-core");
export const axeSource = require("axe-core").source;

export const limit = 60000; // ms: for anything that is waited for; six programs to a processor took 20 s
const startLimit = 300000; // ms: a history is made first, and for the README's picture ppsd settles

const answers = (port) => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => socket.destroy(resolve(true)));
  socket.once("error", () => resolve(false));
});

/// A command that serves the page; {port} in it is replaced.
export class Server {
  constructor(command, port) {
    this.command = command.map((word) => word.replaceAll("{port}", String(port)));
    this.port = port;
    this.url = `http://127.0.0.1:${port}/`;
  }

  async start() {
    if (await answers(this.port)) throw new Error(`port ${this.port} is taken`);
    this.child = spawn(this.command[0], this.command.slice(1), { stdio: ["ignore", "ignore", "inherit"] });
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.once("error", (error) => console.log(String(error)));
    for (const end = Date.now() + startLimit; !(await answers(this.port)); ) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`${this.command.join(" ")}: doesn't serve`);
      await new Promise((resolve) => setTimeout(resolve, 50)); // between two looks
    }
  }

  get runs() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop() {
    this.child.kill("SIGTERM");
    await this.ended;
  }
}

export const launch = () => chromium.launch({
  executablePath: process.env.PPSD_WEB_CHROMIUM,
  // Its own sandbox can't be had by root.
  args: [...(process.getuid() === 0 ? ["--no-sandbox"] : []), "--force-color-profile=srgb"],
});

/// A page that notes what must not be: console errors, what the policy forbids, requests to elsewhere.
/// file: its path, instead of the server's page.
export async function openPage(browser, server, { width = 1280, height = 800, scheme = "light", hash = "", file } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const page = await context.newPage();
  page.setDefaultTimeout(limit);
  page.problems = [];
  page.sizes = new Map(); // bytes, by address
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.problems.push(`script: ${error.stack}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "file:" && url.pathname === file) return;
    if (url.protocol !== "data:" && url.origin !== new URL(server.url).origin) page.problems.push(`request: ${url}`);
  });
  page.on("requestfinished", async (request) => {
    page.sizes.set(request.url(), (await request.sizes().catch(() => null))?.responseBodySize ?? 0);
  });
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(file ? `file://${file}` : server.url + hash);
  return page;
}

/// Until the view of that address is there; the address as it is now if none is said.
export const loaded = (page, hash) => page.waitForFunction((wanted) => {
  const main = document.querySelector("main");
  const view = wanted ?? (location.hash || "#range=hour");
  return main.ariaBusy === "false" && main.dataset.view === view && document.querySelector("#plot-offset[data-points]");
}, hash ?? null);

/// Until that many more live points have come.
export async function livePoints(page, count) {
  const before = await page.evaluate(() => Number(document.querySelector("main").dataset.live ?? 0));
  await page.waitForFunction((wanted) => Number(document.querySelector("main").dataset.live ?? 0) >= wanted, before + count);
}

/// What sticks out of the window or of its card, is hidden by its element, or lies on another label.
export const cutOff = (page) => page.evaluate(() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const tell = (element, why) => found.push(`${why}: ${element.tagName} ${element.id || element.getAttribute("class")} "${element.textContent.trim().slice(0, 40)}"`);
  const aside = (element) => element.closest(".skip, thead, noscript, [hidden]");
  if (document.documentElement.scrollWidth > width) found.push("the page is wider than the window");

  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (aside(element) || !box.width || !box.height) continue;
    if (box.left < -0.5 || box.right > width + 0.5) tell(element, "out of the window");
    const hides = getComputedStyle(element).overflowX !== "visible" && !(element instanceof SVGElement);
    if (hides && element.scrollWidth > element.clientWidth + 1) tell(element, "hidden in part");
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.data.trim() || aside(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const card = node.parentElement.closest(".plot, .verdict, button, body").getBoundingClientRect();
    if (box.width && (box.left < card.left - 0.5 || box.right > card.right + 0.5)) tell(node.parentElement, "text out of its card");
  }

  for (const canvas of document.querySelectorAll(".canvas")) {
    const labels = [...canvas.querySelectorAll(".dygraph-axis-label-x")].map((label) => {
      const range = document.createRange();
      range.selectNodeContents(label);
      return range.getBoundingClientRect();
    }).sort((a, b) => a.left - b.left);
    labels.forEach((box, i) => {
      if (i > 0 && box.left < labels[i - 1].right + 2) found.push(`labels on each other: ${canvas.parentElement.id}`);
    });
  }
  return found;
});
