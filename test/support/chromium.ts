/**
 * A headless Chromium, driven by its DevTools protocol over two pipes (--remote-debugging-pipe): no port that another
 * user of the machine could connect to, and no library. Messages are JSON, ended by a NUL each way.
 * Source: chromium content/browser/devtools/devtools_pipe_handler.cc; the methods: chromedevtools.github.io.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

type Fields = Readonly<Record<string, unknown>>;

export interface BrowserPage {
  /** What an expression comes to, by value. @throws with the words of what it threw */
  evaluate(expression: string): Promise<unknown>;
  send(method: string, params?: Fields): Promise<Fields>;
  /** What was asked for over any protocol but for the page itself. */
  readonly requests: readonly string[];
  /** Texts of alert() and its like. */
  readonly dialogs: readonly string[];
  /** What the console and the policy had to say. */
  readonly log: readonly string[];
}

export class Browser {
  readonly #home = mkdtempSync(join(tmpdir(), 'stagesweep-chromium-'));
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  readonly #waiting = new Map<number, (answer: Fields) => void>();
  readonly #listeners = new Map<string, (method: string, params: Fields) => void>();
  #number = 0;
  #rest = '';

  constructor() {
    const child = spawn('chromium', chromiumArguments(join(this.#home, 'profile')), {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.#home, LC_ALL: 'C.UTF-8' },
    });
    const [, , , commands, answers] = child.stdio;
    if (!(commands instanceof Writable) || !(answers instanceof Readable)) {
      throw new Error('chromium has no pipes');
    }
    this.#child = child;
    this.#commands = commands;
    answers.setEncoding('utf8').on('data', (text: string) => {
      this.#take(text);
    });
  }

  /** @param html  of the page, which is opened as a file: that is how it gets to its readers */
  async open(html: string, name = 'report.html'): Promise<BrowserPage> {
    const file = join(this.#home, name);
    writeFileSync(file, html);
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const sessionId = String(attached['sessionId']);
    const requests: string[] = [];
    const dialogs: string[] = [];
    const log: string[] = [];
    const url = pathToFileURL(file).href;
    const page: BrowserPage = {
      send: (method, params = {}) => this.#send(method, params, sessionId),
      evaluate: async (expression) => {
        const answer = await page.send('Runtime.evaluate', {
          expression,
          returnByValue: true,
          awaitPromise: true,
        });
        if (answer['exceptionDetails'] !== undefined) {
          throw new Error(JSON.stringify(answer['exceptionDetails']));
        }
        return fieldsOf(answer['result'])['value'];
      },
      requests,
      dialogs,
      log,
    };
    const loaded = new Promise<void>((resolve) => {
      this.#listeners.set(sessionId, (method, params) => {
        if (method === 'Page.loadEventFired') resolve();
        if (method === 'Log.entryAdded') log.push(String(fieldsOf(params['entry'])['text']));
        if (method === 'Network.requestWillBeSent') {
          const asked = String(fieldsOf(params['request'])['url']);
          if (asked.split('#')[0] !== url) requests.push(asked);
        }
        if (method === 'Page.javascriptDialogOpening') {
          dialogs.push(String(params['message']));
          void page.send('Page.handleJavaScriptDialog', { accept: false });
        }
      });
    });
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await page.send(`${domain}.enable`);
    await page.send('Page.navigate', { url });
    await loaded;
    return page;
  }

  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.#child.once('exit', () => {
        resolve();
      });
    });
    await this.#send('Browser.close');
    await gone;
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    this.#number += 1;
    const id = this.#number;
    const text = JSON.stringify({ id, method, params, sessionId });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer['error'] === undefined) resolve(fieldsOf(answer['result']));
        else reject(new Error(`${method}: ${JSON.stringify(answer['error'])}`));
      });
      this.#commands.write(`${text}\0`);
    });
  }

  #take(text: string): void {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const each of messages) {
      const message = fieldsOf(JSON.parse(each));
      const { id, method } = message;
      if (typeof id === 'number') {
        this.#waiting.get(id)?.(message);
        this.#waiting.delete(id);
      } else if (typeof method === 'string') {
        const listen = this.#listeners.get(String(message['sessionId']));
        listen?.(method, fieldsOf(message['params']));
      }
    }
  }
}

function chromiumArguments(profile: string): string[] {
  return [
    '--headless',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    // The sandbox of Chromium refuses to start as root.
    ...(process.geteuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--no-default-browser-check',
    // Whatever a page asks for by name must not leave the machine.
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--proxy-server=127.0.0.1:9',
    'about:blank',
  ];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
