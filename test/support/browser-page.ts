import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { CHROMIUM, HEADLESS } from './browser.js';

/** One tab of a headless Chromium, driven by the DevTools protocol. */
export interface BrowserPage {
  /** Opens a file at this width of the window and waits until it is loaded. */
  open(file: string, widthPx: number): Promise<void>;
  /** Value of a JavaScript expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Exceptions and errors that the page has reported. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

const WINDOW_HEIGHT = 900;

export async function openBrowser(): Promise<BrowserPage> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'margincube-browser-'));
  const args = [...HEADLESS, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(CHROMIUM, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = new URL(await debuggerAddress(child));
  const targets: unknown = await (await fetch(`http://${address.host}/json/list`)).json();
  const socket = new WebSocket(pageAddress(targets));
  await new Promise((resolve) => socket.once('open', resolve));
  const errors: string[] = [];
  const pending = new Map<number, (result: Reply) => void>();
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Reply & { id?: number; method?: string };
    if (message.id !== undefined) pending.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired')
      waiting.forEach((resolve) => {
        resolve();
      });
    if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded')
      errors.push(JSON.stringify(message));
  });
  let last = 0;
  const send = (method: string, params: object = {}): Promise<Reply> =>
    new Promise((resolve) => {
      last += 1;
      pending.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  return {
    errors,
    open: async (file, widthPx) => {
      const metrics = { width: widthPx, height: WINDOW_HEIGHT, deviceScaleFactor: 1, mobile: false };
      await send('Emulation.setDeviceMetricsOverride', metrics);
      const loaded = new Promise<void>((resolve) => waiting.add(resolve));
      await send('Page.navigate', { url: `file://${file}` });
      await loaded;
      waiting.clear();
    },
    evaluate: async (expression) =>
      (await send('Runtime.evaluate', { expression, returnByValue: true })).result?.result?.value,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await send('Browser.close');
      socket.close();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

interface Reply {
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Chromium says on stderr where it listens. */
function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => {
      reject(new Error(`chromium ended: ${text.slice(-500)}`));
    });
  });
}

function pageAddress(targets: unknown): string {
  const list = targets as { type: string; webSocketDebuggerUrl: string }[];
  const page = list.find(({ type }) => type === 'page');
  if (page === undefined) throw new Error('chromium opened no page');
  return page.webSocketDebuggerUrl;
}
