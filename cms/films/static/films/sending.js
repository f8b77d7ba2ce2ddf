/* What do all ways of sending a film file share? Requests to this site, patience when the line breaks, pause and cancel.
 *
 * A way is a class that extends Sending: it says what `goOn` does until all has arrived, and, without a file, how far an
 * upload is (`standing`) and that nobody wants it any more (`forget`). It tells what happens through the callbacks it is
 * given; it knows nothing of the page.
 */
(() => {
  'use strict';

  const WAIT_MS = [1000, 2000, 4000, 8000, 15000];

  /* The server says no; `status` is that of HTTP. */
  class Refused extends Error {
    constructor(status, detail) {
      super(detail);
      this.status = status;
    }
  }

  /* The line broke, or the request was called off. */
  class Interrupted extends Error {}

  /* What was known is no longer true: look again, at once. */
  class Stale extends Error {}

  /* The file was moved, changed or unplugged since it was chosen. */
  class Unreadable extends Error {}

  const cookie = (name) => {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  };

  const csrfToken = () => {
    const field = document.querySelector('input[name=csrfmiddlewaretoken]');
    return cookie('csrftoken') || (field ? field.value : '');
  };

  const refusal = (request) => {
    let detail = '';
    try {
      detail = JSON.parse(request.responseText).detail || '';
    } catch {
      detail = '';
    }
    return new Refused(request.status, detail);
  };

  class Sending {
    /* on: {progress(sent), waiting(status, detail), going(), created(url), done(), refused(status, detail), unreadable()} */
    constructor({ file = null, url = null, on = {} }) {
      Object.assign(this, { file, url, on });
      this.failures = 0;
      this.isPaused = false;
      this.isOver = false;
      this.requests = new Set();
      this.patience_ms = 0;  // how long a request may show no sign of life; for ever with 0
      this.wake = null;
      window.addEventListener('online', () => this.wake && this.wake());
    }

    async run() {
      while (!this.isOver) {
        if (this.isPaused) {
          await this.sleep(24 * 3600 * 1000);
          continue;
        }
        try {
          await this.goOn();
        } catch (error) {
          await this.afterError(error);
        }
      }
    }

    pause() {
      this.isPaused = true;
      this.callOff();
    }

    resume() {
      this.isPaused = false;
      if (this.wake) this.wake();
    }

    async cancel() {
      this.isOver = true;
      this.callOff();
      if (this.wake) this.wake();
      if (this.url) await this.forget().catch(() => null);
    }

    callOff() {
      [...this.requests].forEach((request) => request.abort());
    }

    finish() {
      this.isOver = true;
      this.on.done();
    }

    /* Ask this site; `onProgress` hears how many bytes of the body have left. */
    ask(method, url, headers = {}, body = null, onProgress = null) {
      const own = { 'X-CSRFToken': csrfToken(), 'X-Requested-With': 'XMLHttpRequest' };
      return this.request(method, url, { ...own, ...headers }, body, onProgress).then((request) => {
        if (request.status >= 300) throw refusal(request);
        return request;
      });
    }

    request(method, url, headers, body, onProgress) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        let watch = null;
        const alive = () => {
          clearTimeout(watch);
          if (this.patience_ms) watch = setTimeout(() => request.abort(), this.patience_ms);
        };
        this.requests.add(request);
        request.open(method, url);
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        if (onProgress) request.upload.onprogress = (event) => alive() || onProgress(event.loaded);
        request.onload = () => resolve(request);
        request.onerror = () => reject(new Interrupted());
        request.onabort = () => reject(new Interrupted());
        request.onloadend = () => clearTimeout(watch) || this.requests.delete(request);
        alive();
        request.send(body);
      });
    }

    async afterError(error) {
      if (this.isOver || this.isPaused) return;
      if (error instanceof Unreadable) {
        this.isOver = true;
        this.on.unreadable();
        return;
      }
      const status = error instanceof Refused ? error.status : 0;
      if (status === 409 || (error instanceof Stale && !this.failures)) {
        this.failures += status === 409 ? 0 : 1;
        return;
      }
      if (!(error instanceof Refused || error instanceof Interrupted || error instanceof Stale)) throw error;
      const passes = !status || status === 403 || status === 429 || status >= 500;
      if (!passes) {
        this.isOver = true;
        this.on.refused(status, error.message);
        return;
      }
      this.slowDown();
      this.on.waiting(status, error.message);
      await this.sleep(WAIT_MS[Math.min(this.failures, WAIT_MS.length - 1)]);
      this.failures += 1;
    }

    slowDown() {}

    sleep(ms) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          this.wake = null;
          resolve();
        };
      });
    }
  }

  window.films = { ...(window.films || {}), Sending, Interrupted, Stale, Unreadable, ways: {} };
})();
