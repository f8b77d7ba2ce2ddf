/* How does a file get to the server although connections break? tus 1.0.0 (tus.io), in pieces of adapting size.
 *
 * An Upload tells what happens through the callbacks it is given; it knows nothing of the page.
 */
(() => {
  'use strict';

  const VERSION = '1.0.0';
  const PIECE = { first: 4 << 20, least: 256 << 10, most: 32 << 20, quick_ms: 1500, slow_ms: 6000 };
  const WAIT_MS = [1000, 2000, 4000, 8000, 15000];

  class Refused extends Error {
    constructor(status, detail) {
      super(detail);
      this.status = status;
    }
  }

  class Interrupted extends Error {}

  const cookie = (name) => {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  };

  const csrfToken = () => {
    const field = document.querySelector('input[name=csrfmiddlewaretoken]');
    return cookie('csrftoken') || (field ? field.value : '');
  };

  const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

  class Upload {
    /* on: {progress(sent), waiting(reason), going(), created(url), done(), refused(status, detail)} */
    constructor({ file, url, createAt, metadata, on }) {
      Object.assign(this, { file, url, createAt, metadata, on });
      this.offset = 0;
      this.piece = PIECE.first;
      this.failures = 0;
      this.isPaused = false;
      this.isOver = false;
      this.request = null;
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
      if (this.request) this.request.abort();
    }

    resume() {
      this.isPaused = false;
      if (this.wake) this.wake();
    }

    async cancel() {
      this.isOver = true;
      if (this.request) this.request.abort();
      if (this.wake) this.wake();
      if (this.url) await this.ask('DELETE', this.url).catch(() => null);
    }

    async goOn() {
      if (!this.url) await this.create();
      this.offset = await this.standing();
      this.on.going();
      this.on.progress(this.offset);
      while (this.offset < this.file.size && !this.isPaused && !this.isOver) await this.send();
      if (this.offset >= this.file.size && !this.isOver) {
        this.isOver = true;
        this.on.done();
      }
    }

    async create() {
      const pairs = Object.entries(this.metadata).map(([name, value]) => `${name} ${base64(value)}`);
      const headers = { 'Upload-Length': this.file.size, 'Upload-Metadata': pairs.join(',') };
      const answer = await this.ask('POST', this.createAt, headers);
      this.url = answer.getResponseHeader('Location');
      this.on.created(this.url);
    }

    async standing() {
      const answer = await this.ask('HEAD', this.url);
      return Number(answer.getResponseHeader('Upload-Offset'));
    }

    async send() {
      const end = Math.min(this.offset + this.piece, this.file.size);
      const headers = { 'Upload-Offset': this.offset, 'Content-Type': 'application/offset+octet-stream' };
      const began = performance.now();
      const answer = await this.ask('PATCH', this.url, headers, this.file.slice(this.offset, end));
      this.offset = Number(answer.getResponseHeader('Upload-Offset'));
      this.failures = 0;
      this.adapt(performance.now() - began);
      this.on.progress(this.offset);
    }

    adapt(took_ms) {
      if (took_ms < PIECE.quick_ms) this.piece = Math.min(this.piece * 2, PIECE.most);
      if (took_ms > PIECE.slow_ms) this.piece = Math.max(this.piece >> 1, PIECE.least);
    }

    ask(method, url, headers = {}, body = null) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        this.request = request;
        request.open(method, url);
        const all = {
          'Tus-Resumable': VERSION,
          'X-CSRFToken': csrfToken(),
          'X-Requested-With': 'XMLHttpRequest',
          ...headers,
        };
        Object.entries(all).forEach(([name, value]) => request.setRequestHeader(name, value));
        if (body) request.upload.onprogress = (event) => this.on.progress(this.offset + event.loaded);
        request.onload = () => (request.status < 300 ? resolve(request) : reject(Upload.refusal(request)));
        request.onerror = () => reject(new Interrupted());
        request.onabort = () => reject(new Interrupted());
        request.send(body);
      });
    }

    static refusal(request) {
      let detail = '';
      try {
        detail = JSON.parse(request.responseText).detail || '';
      } catch {
        detail = '';
      }
      return new Refused(request.status, detail);
    }

    async afterError(error) {
      if (this.isOver || this.isPaused) return;
      const status = error instanceof Refused ? error.status : 0;
      if (status === 409) return;  // somebody else sent this piece: ask where the upload stands, and go on
      const passes = !status || status === 403 || status === 429 || status >= 500;
      if (!(error instanceof Refused || error instanceof Interrupted)) throw error;
      if (!passes) {
        this.isOver = true;
        this.on.refused(status, error.message);
        return;
      }
      this.piece = Math.max(this.piece >> 1, PIECE.least);
      this.on.waiting(status, error.message);
      await this.sleep(WAIT_MS[Math.min(this.failures, WAIT_MS.length - 1)]);
      this.failures += 1;
    }

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

  window.films = { ...(window.films || {}), Upload };
})();
